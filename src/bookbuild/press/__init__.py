"""From the document to sheets of paper: interior and cover. Knows no EPUB."""
