"""What shops, libraries, reading apps and readers learn of the books: from editions alone."""
