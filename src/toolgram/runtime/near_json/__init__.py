"""Near-JSON: JSON and Python literals as models write them, copied as canonical JSON."""
