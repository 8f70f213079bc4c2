"""bookbuild: one Markdown manuscript in; print-ready interior, cover and EPUB out."""

__version__ = "0.1.0"
