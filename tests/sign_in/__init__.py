"""How people sign in to AWS, and what can be wrong with it."""
