"""The engine: what differs between a plan and the account, and what somebody changed since."""
