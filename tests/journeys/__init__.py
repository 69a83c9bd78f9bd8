"""A deployment's whole life, once through each face."""
