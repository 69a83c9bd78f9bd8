"""What a plan is compared with and brought about by; first of all, the account as it is now."""
