"""Records come in from files: uploaded, read, looked at, and only then written into charts; and one goes out again."""
