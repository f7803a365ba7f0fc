"""What a visitor meets."""
