"""The values: the text of one argument becomes JSON while it arrives."""
