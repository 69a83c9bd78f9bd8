"""What every other room may use: it knows nothing of AWS, of plans or of formae."""
