"""A question on the screen: its words, its editor, and what is wrong, side by side."""
