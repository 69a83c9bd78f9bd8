"""The faces: what all of them share, and the one in plain lines. The full screen is `screens`."""
