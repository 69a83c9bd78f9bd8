"""What the person chose: from texts to checked, typed answers, kept as they are given."""
