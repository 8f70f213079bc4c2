"""Manuscripts from elsewhere, and new books: files in, the files of a book's folder out."""
