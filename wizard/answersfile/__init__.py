"""The answers file: what the person chose, in TOML, commented, versioned, and without a secret."""

from wizard.answersfile.loading import Loaded, load, loads
from wizard.answersfile.saving import given, saved, write

__all__ = ["Loaded", "given", "load", "loads", "saved", "write"]
