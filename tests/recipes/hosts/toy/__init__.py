"""A host for the recipe's test: it runs nothing, and a secret stands for its service."""
