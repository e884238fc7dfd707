"""What was read before is not read again: see follower.py."""
