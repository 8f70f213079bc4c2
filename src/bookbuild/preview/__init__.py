"""The live preview: the book's spreads and its reading text, as they change under the editor."""
