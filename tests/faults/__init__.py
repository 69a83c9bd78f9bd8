"""What can go wrong during a run, made to go wrong."""
