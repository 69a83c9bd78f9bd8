"""Regions, sizes, names and prices of ECS behind a gateway."""

from wizard.base.offer import Claimable, Offer
from wizard.hosts.ecs import fargate

LABEL = "ECS Gateway"
OFFER = Offer(
    label=LABEL,
    service="ecs",
    resource=r"service/(.+-agent)/\1",
    regions={
        "us-east-1": "US East (N. Virginia)",
        "us-east-2": "US East (Ohio)",
        "us-west-2": "US West (Oregon)",
        "eu-west-1": "Europe (Ireland)",
        "eu-west-2": "Europe (London)",
        "eu-central-1": "Europe (Frankfurt)",
        "ap-northeast-1": "Asia Pacific (Tokyo)",
        "ap-south-1": "Asia Pacific (Mumbai)",
        "ap-southeast-1": "Asia Pacific (Singapore)",
        "ap-southeast-2": "Asia Pacific (Sydney)",
        "us-west-1": "US West (N. California)",
        "ca-central-1": "Canada (Central)",
        "sa-east-1": "South America (São Paulo)",
        "eu-north-1": "Europe (Stockholm)",
        "eu-south-1": "Europe (Milan)",
        "eu-south-2": "Europe (Spain)",
        "af-south-1": "Africa (Cape Town)",
        "ap-east-1": "Asia Pacific (Hong Kong)",
        "ap-northeast-2": "Asia Pacific (Seoul)",
        "ap-southeast-3": "Asia Pacific (Jakarta)",
        "me-south-1": "Middle East (Bahrain)",
    },
    lacking=frozenset(
        {
            *("eu-west-3", "ap-northeast-3", "ap-south-2", "ap-southeast-6", "ap-southeast-7"),
            *("me-central-1", "us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"),
            *("ap-east-2", "ap-southeast-4", "ca-west-1", "eu-central-2", "il-central-1"),
            "mx-central-1",
        }
    ),
    sizes_of=fargate.LABEL,
    sizes=fargate.SIZES,
    longest_name=32,
    suffixes={
        "service": "-agent",
        "execution-role": "-ecs-execution",
        "gateway-role": "-ecs-gateway",
        "instance-role": "-ecs-task",
    },
    documents=(
        "ecs-execution-trust.json",
        "ecs-execution-policy.json",
        "ecs-gateway-trust.json",
        "ecs-gateway-policy.json",
        "ecs-task-trust.json",
    ),
    architectures=fargate.ARCHITECTURES,
    storage=fargate.STORAGE,
    domain="on.aws",
    scheme="",
    restricts=True,
    protectable=True,
    in_vpc=True,
    pulls_anywhere=True,
    claimed=Claimable(
        "ecs-cluster",
        "ecs",
        "cluster/{name}-agent",
        small=True,
        listing=("ListClusters", "clusterArns"),
    ),
    passed_to=fargate.TASKS,
    closed="",
    billed_as=fargate.BILLED_AS,
    prices=fargate.PRICES,
    prices_in=fargate.FOLDER,
    price_queries=fargate.PRICE_QUERIES,
    not_billed=(
        fargate.CAPACITY,
        "What the gateway itself costs, if anything, AWS does not say yet; it is not counted.",
    ),
    commands="aws ecs create-gateway",
    stop_it="aws ecs update-service --desired-count 0",
    about="exactly one agent at any moment",
    idle=fargate.IDLE,
    deploys="The old agent is stopped before the new one starts: there is never more than one, and "
    "none for one to two minutes.",
    unknown="Whether the gateway itself costs anything, AWS does not say yet; it is new since "
    "October 2026, and little experience with it is published.",
)
