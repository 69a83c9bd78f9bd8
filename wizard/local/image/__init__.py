"""Copying the formae image into ECR: from registry to registry, or through the Docker engine.

The package imports the Docker SDK only while it talks to the engine.
"""
