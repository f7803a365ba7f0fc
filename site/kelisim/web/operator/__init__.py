"""What the Operator's people meet."""
