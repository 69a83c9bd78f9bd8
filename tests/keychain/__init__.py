"""The system's keychain: with one of our own, with none, and with ones that fail."""
