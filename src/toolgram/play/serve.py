"""Runs the app: uvicorn, on one address."""

from __future__ import annotations

import contextlib
import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from .app import make_app
from .page import SERVER, files


def serve(host: str, port: int, fragment: str, *, opens: bool, tell: Callable[[str], None]) -> None:
    """Serve until it is told to stop. Port 0 is any that is free. Raises OSError."""
    app = make_app(dict(files(compiles=SERVER)), names=[f"[{host}]" if ":" in host else host.lower()])
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()  # whoever comes before the app is ready waits
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"
        tell(address + fragment)
        if opens:
            threading.Timer(0.5, webbrowser.open, [address + fragment]).start()
        config = uvicorn.Config(
            app, server_header=False, date_header=False, access_log=False, log_level="warning", lifespan="on", ws="none"
        )
        uvicorn.Server(config).run(sockets=[listener])
