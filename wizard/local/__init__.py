"""This machine: its home folder, files, locks, signals, clock, keychain and AWS's files."""
