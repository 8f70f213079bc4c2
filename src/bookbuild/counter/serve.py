"""Serve the counter with uvicorn, until it is told to stop."""

from __future__ import annotations

import logging

import uvicorn
from fastapi import FastAPI

from bookbuild.counter.pathsend import FileProtocol


def configured(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """How the counter is served at an address.

    What stands before it on this machine (nginx) is believed when it says who asks.
    """
    # Its lines would hold whole addresses, and so signed links; `guard` writes its own.
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Config(
        app,
        http=FileProtocol,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=30,
        ws="none",
    )


def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; requests that run are finished first.

    One line of JSON for each request goes to standard error.
    """
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log addresses of webhooks
    uvicorn.Server(configured(app, host, port)).run()
