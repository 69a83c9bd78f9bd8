"""The AWS stand-in as fixtures."""
