"""What the book says: specification, manuscript, document. Knows no paper and no EPUB."""
