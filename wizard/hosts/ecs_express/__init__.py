"""ECS Express Mode: ECS makes load balancer, certificate and address of one request."""
