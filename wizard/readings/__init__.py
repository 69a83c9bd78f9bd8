"""What can be done with a plan: one module for each reading."""
