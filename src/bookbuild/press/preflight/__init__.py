"""Preflight: is a PDF fit for the press? Any PDF, ours or another tool's."""
