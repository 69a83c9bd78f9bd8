"""What full screen and plain lines share: no drawing, no keys."""
