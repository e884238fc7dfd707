"""The schema: what a request's tools say about names and arguments."""
