"""The steps: one file for each kind of state, each says how text is read there."""
