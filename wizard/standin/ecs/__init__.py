"""Amazon ECS: clusters, task definitions, services on Fargate, and gateways in front of them."""
