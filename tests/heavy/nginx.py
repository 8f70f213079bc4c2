"""nginx as docs/deployment.md sets it up, for tests and benchmarks: on loopback, without https."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import ROOT

_MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
user root;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""
_PLAIN = """
server {{
    listen 127.0.0.1:{port};
    access_log off;
    location / {{ root {root}; default_type application/pdf; }}
}}
"""
"""The same files without a desk before them, to measure against."""


def documented() -> str:
    """The server that the documentation shows."""
    text = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    found = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def adapted(backend: int, port: int, store: Path, log: Path) -> str:
    """It, for this machine: other ports and folders, and no certificate."""
    site = re.sub(r"\n    ssl_.*", "", documented())
    for before, after in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8600", f"127.0.0.1:{backend}"),
        ("/var/lib/bookbuild/store", str(store)),
        ("/var/log/nginx/desk.log", str(log)),
    ):
        assert before in site, before
        site = site.replace(before, after)
    return site


@contextmanager
def nginx(folder: Path, backend: int, store: Path) -> Iterator[tuple[int, int]]:
    """nginx before a desk, until the end of the block: its port, and one that serves the store."""
    folder.mkdir(exist_ok=True)
    port, plain = free_port(), free_port()
    site = adapted(backend, port, store, folder / "desk.log")
    site += _PLAIN.format(port=plain, root=store / "blobs")
    file = folder / "nginx.conf"
    file.write_text(_MAIN.format(folder=folder, site=site), "utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with subprocess.Popen([program, "-c", file]) as running:
        try:
            _await(port)
            _await(plain)
            yield port, plain
        finally:
            running.terminate()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        return int(there.getsockname()[1])


def _await(port: int) -> None:
    for _ in range(200):
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx doesn't listen")
