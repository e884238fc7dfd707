"""The third stage: Machine to files, one target per kind of file.

In: a `Subject`, one compiled format. Out: the text of one file of it, and of the files that all formats share.

A further target is a folder with its template and a function, and a line in `TARGETS` (`table.py`). Where a kind of
file cannot hold all of a format, `check` says what it cannot hold, and an error among that writes nothing.
"""
