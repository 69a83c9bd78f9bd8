"""The recipes, done from outside: a resource and a host that the program does not know."""
