"""Citations: data of works and CSL styles in, set citations and a bibliography out. No book."""
