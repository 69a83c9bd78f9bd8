"""The RDS Data API, with a port to what keeps the databases."""
