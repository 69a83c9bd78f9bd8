"""What goes wrong: told in words, asked again where it may pass, coded."""
