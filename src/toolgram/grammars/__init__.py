"""Decoding grammars: what a format's outline and a request's tools let a model write.

In: an outline as the compiler writes it, a `GrammarRequest`, the ids of special tokens. Out: a `Grammar`, its text.

    fitting      the tightest grammar that is not too large, and what it gave up  <-  answers
    outline      the well-formed language of a format as typed nodes          request      what is asked of an answer
    forms        nodes rewritten for a request                                paths, walk  a node -> rules, way by way
    answers      a whole answer  <-  calls  <-  captures, elements            headers      words before special tokens
    values       JSON and Python values  <-  numbers, patterns                raw_text     values as plain text
    triggers     where a call begins in text                                  thoughts     reasoning, and nothing else
    expressions  a grammar as data  <-  builder, texts                        ebnf         a grammar as text
    sharing      equal parts written once  <-  shortening              gbnf, llguidance, structural_tag   other texts
    asked        what is asked in words  <-  fitting                  automata, circles   rules as regular expressions
    budget       how much a request may cost                                  schema_keys  equal schemas by one number

Promises: imports run down only; nothing here knows who serves the model; a grammar is data until a writer, of which
`ebnf` is the first, puts it into text.
"""
