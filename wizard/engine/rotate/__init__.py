"""Rotating a deployment's passwords, for the faces: look, show, run, and take back what failed."""
