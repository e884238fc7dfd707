"""The tables: a machine's states as the parser runs them."""
