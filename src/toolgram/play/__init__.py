"""The playground: a page that shows what each character of a model's text became, and a server for it.

`page.py` knows the files of the page and of the formats; `told.py` says in JSON what the compiler and `which` found;
`worker.py` is the process that compiles, `compiler.py` starts it, feeds it and ends it; `app.py` answers requests,
`serve.py` runs the app; `link.py` makes the address of a page that shows a text. The page itself is made of
`playground/` (TypeScript) and stands in `generated/play/`.

Promises: only `/compile` does something, and all else is a file that was read before the first request; what comes in
is bounded in size and in time; nobody is answered who came to another name than that of this machine, and no page of
another origin; nothing of a request is kept.
"""
