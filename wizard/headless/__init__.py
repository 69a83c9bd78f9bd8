"""Where nobody is asked: order, answers settled, done, told."""
