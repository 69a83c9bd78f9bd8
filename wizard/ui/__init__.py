"""Plain lines, and what they share with the full screen, which is `screens`."""
