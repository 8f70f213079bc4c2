"""From the document to an EPUB 3. Knows no paper and nothing of the press."""
