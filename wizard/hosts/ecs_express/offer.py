"""Regions, sizes, names and prices of ECS Express Mode."""

from wizard.base.offer import Claimable, Offer
from wizard.hosts.ecs import fargate

LABEL = "ECS Express Mode"
OFFER = Offer(
    label=LABEL,
    service="ecs",
    resource=r"service/(?!(.+-agent)/\1$).+",
    regions={
        "us-east-1": "US East (N. Virginia)",
        "us-east-2": "US East (Ohio)",
        "us-west-1": "US West (N. California)",
        "us-west-2": "US West (Oregon)",
        "ca-central-1": "Canada (Central)",
        "sa-east-1": "South America (São Paulo)",
        "eu-west-1": "Europe (Ireland)",
        "eu-west-2": "Europe (London)",
        "eu-west-3": "Europe (Paris)",
        "eu-central-1": "Europe (Frankfurt)",
        "eu-north-1": "Europe (Stockholm)",
        "ap-northeast-1": "Asia Pacific (Tokyo)",
        "ap-northeast-2": "Asia Pacific (Seoul)",
        "ap-northeast-3": "Asia Pacific (Osaka)",
        "ap-south-1": "Asia Pacific (Mumbai)",
        "ap-southeast-1": "Asia Pacific (Singapore)",
        "ap-southeast-2": "Asia Pacific (Sydney)",
    },
    lacking=frozenset({"us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"}),
    sizes_of=fargate.LABEL,
    sizes=fargate.SIZES,
    longest_name=34,
    suffixes={
        "service": "-express",
        "execution-role": "-express-execution",
        "infrastructure-role": "-express-infrastructure",
        "instance-role": "-express-task",
    },
    documents=(
        "ecs-execution-trust.json",
        "ecs-execution-policy.json",
        "ecs-infrastructure-trust.json",
        "ecs-infrastructure-policy.json",
        "ecs-task-trust.json",
        "create-express-gateway-service.json",
    ),
    architectures=fargate.ARCHITECTURES,
    storage=fargate.STORAGE,
    domain="on.aws",
    in_vpc=True,
    pulls_anywhere=True,
    claimed=Claimable(
        "ecs-cluster",
        "ecs",
        "cluster/{name}-express",
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
        "All Express services in a VPC share one load balancer, up to 25 of them: where there is "
        "one already, this agent adds nothing for it.",
    ),
    commands="aws ecs create-express-gateway-service",
    stop_it="aws ecs delete-express-gateway-service",
    settles=1500,
    keeps="ECS deletes the load balancer with its last Express service; while other Express "
    "services use it, it stays. The service-linked roles stay; they are free.",
    about="as in formae's documentation",
    idle=fargate.IDLE,
    deploys="The new agent starts beside the old one, which runs until requests have been moved in "
    "stages: two agents run on the database for six to nine minutes. More than 1% of requests "
    "answered with an error, such as those with a wrong password, make ECS roll it back.",
    unknown="How long a first address takes is not certain: AWS says three to five minutes, others "
    "report up to 25.",
)
