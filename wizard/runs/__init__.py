"""A run, whoever began it: the world it works in, its beginning, its going on, its end."""
