"""Sealing: keys, seal, open. It knows bytes, not people."""
