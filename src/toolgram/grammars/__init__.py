"""Decoding grammars: what a format's outline and a request's tools let a model write."""
