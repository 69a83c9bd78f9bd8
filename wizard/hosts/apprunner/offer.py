"""App Runner's regions, sizes, names and prices."""

from wizard.base.offer import Offer, PriceQuery

LABEL = "App Runner"
CPU, MEMORY = "app-runner-vcpu-hour", "app-runner-gb-hour"
"""Keys of its unit prices in the snapshot."""

OFFER = Offer(
    label=LABEL,
    service="apprunner",
    regions={
        "us-east-1": "US East (N. Virginia)",
        "us-east-2": "US East (Ohio)",
        "us-west-2": "US West (Oregon)",
        "eu-west-1": "Europe (Ireland)",
        "eu-west-2": "Europe (London)",
        "eu-west-3": "Europe (Paris)",
        "eu-central-1": "Europe (Frankfurt)",
        "ap-northeast-1": "Asia Pacific (Tokyo)",
        "ap-south-1": "Asia Pacific (Mumbai)",
        "ap-southeast-1": "Asia Pacific (Singapore)",
        "ap-southeast-2": "Asia Pacific (Sydney)",
    },
    lacking=frozenset(
        {
            *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-2", "ap-northeast-3"),
            *("ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
            *("ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-2"),
            *("eu-north-1", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1"),
            *("me-south-1", "mx-central-1", "sa-east-1", "us-west-1", "us-gov-east-1"),
            *("us-gov-west-1", "cn-north-1", "cn-northwest-1"),
        }
    ),
    sizes={
        256: (512, 1024),
        512: (1024,),
        1024: (2048, 3072, 4096),
        2048: (4096, 6144),
        4096: (8192, 10240, 12288),
    },
    longest_name=32,
    suffixes={
        "service": "-agent",
        "access-role": "-apprunner-access",
        "instance-role": "-apprunner-instance",
    },
    documents=("apprunner-trust.json", "apprunner-instance-trust.json", "create-service.json"),
    storage=3_000_000_000,
    domain="awsapprunner.com",
    passed_to="apprunner.amazonaws.com",
    closed="FW-APP-001",
    billed_as="AWS App Runner",
    prices={CPU: "App Runner's CPU", MEMORY: "App Runner's memory"},
    price_queries=(
        PriceQuery(
            "AWSAppRunner",
            {CPU: "AppRunner-vCPU-hours", MEMORY: "AppRunner-Provisioned-GB-hours"},
        ),
    ),
    not_billed=(
        "App Runner bills CPU while it handles requests. AWS does not document whether health "
        "checks count; if they do, an idle agent costs up to its full CPU around the clock.",
    ),
    stop_it="aws apprunner pause-service",
    about="as in formae's walkthrough",
    idle="An idle agent is billed for memory only.",
    deploys="The new agent starts beside the old one, which runs until the new one is healthy: for "
    "some minutes there are two.",
    unknown="For how long AWS keeps App Runner for the accounts that have it, it does not say.",
)
