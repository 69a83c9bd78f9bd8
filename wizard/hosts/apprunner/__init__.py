"""AWS App Runner: one service behind HTTPS, with an image from ECR."""
