"""Full-length books for tests and measurements, the same bytes for the same seed.

`python -m tests.generator prose|technical DIR [--pages N] [--seed S]` writes a book's folder.
"""

from tests.generator.prose import prose
from tests.generator.technical import technical

__all__ = ["prose", "technical"]
