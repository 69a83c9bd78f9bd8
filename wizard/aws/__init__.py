"""The only room that imports boto3: signed calls, and AWS's own models."""
