"""Before anything exists: what was checked, what will change, every document, the script."""
