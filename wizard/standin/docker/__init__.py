"""The Docker engine's API, enough to pull, tag and push an image."""
