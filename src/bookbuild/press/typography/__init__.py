"""The typography of a PDF, measured from where its glyphs stand."""
