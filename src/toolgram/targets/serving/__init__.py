"""What the plugins of every server share: they are pasted into generated files, and run where toolgram is installed.

    facts           what is known of a format
    own_names       our names in a server
    vocabulary      the special tokens of one tokenizer, as one format sees them
    tools_again     tools that were read before
    begun           what the prompt has begun of an answer
    seam            where the reasoning ends in the source
    remembered      what was made for requests
    when_imported   doing something with a module of the server's as soon as it is there
    xgrammar_reads  whether the server's xgrammar reads a grammar

Promise: no module here knows which server it is in, nor imports anything of one.
"""
