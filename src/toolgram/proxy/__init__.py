"""A proxy before an OpenAI server that has no parser, or not the right one.

`settings.py` is what the operator says; `choose.py` knows which model writes which format; `requests.py` reads and
changes what is asked, `prompts.py` asks the server what its prompt has opened; `streams.py` cuts a stream of bytes into
events and writes them; `answers.py` repairs an answer; `upstream.py` speaks with the server, `exchange.py` and `app.py`
with the clients; `metrics.py` counts.

The app is plain ASGI and nothing else: a proxy wants bytes in and bytes out, to know when its client has gone, and to
wait when its client is slow. The HTTP client is aiohttp: docs/proxy.md has what was compared.

Promises: what is not repaired passes byte for byte, with its status and its headers; nothing is kept from one request
to the next but what the server's list of models has told; no text of an answer is logged.
"""
