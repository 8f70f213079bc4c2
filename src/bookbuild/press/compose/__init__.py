"""Where the lines of a paragraph end: arithmetic only, knows no page engine."""
