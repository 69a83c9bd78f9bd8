"""A real Docker engine and a real registry as fixtures."""
