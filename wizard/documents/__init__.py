"""From answers to documents: Pkl and IAM, pure."""
