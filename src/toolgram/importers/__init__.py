"""From other descriptions of a format to a spec: one folder for each kind of description.

In: a file that says how a model writes. Out: the text of a spec and of its page, or diagnostics that name the part
which a spec cannot say. Nothing is guessed: what the description leaves open, the page leaves open.
"""
