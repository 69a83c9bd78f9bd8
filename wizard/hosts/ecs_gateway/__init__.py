"""A standard ECS service on Fargate behind an ECS Gateway: one agent at any moment."""
