"""Sets of answers that stand for what people choose, as text, the way flags give them."""

REGION = "eu-west-1"
ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:shared"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shared-creds-AbC123"

CORPUS: dict[str, dict[str, str]] = {
    "defaults": {"region": REGION},
    "large": {
        "region": "us-east-1",
        "cpu": "4 vCPU",
        "memory": "12 GB",
        "min_capacity": "1.5",
        "max_capacity": "64",
        "name": "prod-agent",
        "tags": "team=platform,cost centre=42",
        "engine_version": "17",
    },
    "open": {"region": REGION, "protect": "no", "client_config": "no", "hide_itself": "no"},
    "read-only": {
        "region": "ap-southeast-2",
        "scope": "policies",
        "policy_arns": (
            "arn:aws:iam::aws:policy/ReadOnlyAccess,arn:aws:iam::aws:policy/job-function/Billing"
        ),
    },
    "services": {"region": REGION, "scope": "services", "services": "S3,SQS,Lambda"},
    "existing": {
        "region": REGION,
        "database": "existing",
        "cluster_arn": CLUSTER,
        "cluster_secret_arn": SECRET,
        "enable_data_api": "yes",
        "database_name": "agents",
    },
    "new-cli": {"region": REGION, "image_version": "0.89.0", "api_user": "ops@example"},
}
