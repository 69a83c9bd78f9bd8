"""What the hosts on ECS share: Fargate, roles, logs, network, deployments. It is no host itself."""
