"""Copying the formae image into ECR through the Docker engine.

The package imports the Docker SDK only while it talks to the engine.
"""
