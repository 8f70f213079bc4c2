"""`python -m bookbuild`: the same as the command `bookbuild`."""

from bookbuild.cli import app

app(prog_name="bookbuild")
