"""The answers file: what the person chose, in TOML, commented, versioned, and without a secret."""

from wizard.answers.file.loading import Loaded, load
from wizard.answers.file.saving import given, saved, write

__all__ = ["Loaded", "given", "load", "saved", "write"]
