"""Rotate a deployment's passwords: look, show, run, and take back what failed."""
