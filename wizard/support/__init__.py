"""What helps somebody else to help: gathered, with names and numbers hidden, shown, never sent."""
