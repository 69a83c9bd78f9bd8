"""What the account has and allows, looked at while the person answers."""
