"""What every face that guides a person shares, full screen or line by line: no drawing, no keys."""
