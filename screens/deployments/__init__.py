"""What is deployed: the list, the status of one, another password, its removal."""
