"""Loads the page engine, once for all workers: imported by the server that they are forked from."""

from __future__ import annotations

from contextlib import suppress

from bookbuild.errors import MissingLibrary
from bookbuild.press.engine import engine

with suppress(MissingLibrary):  # who sets the first section says so
    engine()
