"""Runs the app: uvicorn, on one address."""

from __future__ import annotations

import logging

import uvicorn

from .app import Proxy
from .settings import Settings

BACKLOG = 8192  # connections that may wait to be taken
LOOPBACK = ("127.", "localhost", "::1")
log = logging.getLogger("toolgram.proxy")


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until it is told to stop: SIGTERM and SIGINT let answers come to their end."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if not host.startswith(LOOPBACK):
        log.warning(
            "everybody who reaches %s:%d reaches the server behind it, with the rights of their own keys", host, port
        )
    log.info("http://%s:%d stands before %s", host, port, settings.base)
    uvicorn.run(
        Proxy(settings),
        host=host,
        port=port,
        backlog=BACKLOG,
        server_header=False,
        date_header=False,
        access_log=False,
        log_level="warning",
        lifespan="on",
        ws="none",
    )
