"""The only folder that imports boto3: signed calls, and AWS's own models."""
