"""Tests that need programs of the machine: run by `make check`."""
