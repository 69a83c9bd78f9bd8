"""Fargate, as data: its sizes, what it is billed by, and what comes with a load balancer."""

from wizard.base.offer import PriceQuery

CPU, MEMORY = "fargate-vcpu-hour", "fargate-gb-hour"
ARM_CPU, ARM_MEMORY = "fargate-arm-vcpu-hour", "fargate-arm-gb-hour"
BALANCER, ADDRESS = "alb-hour", "ipv4-hour"
"""Keys of unit prices in the snapshot."""
LABEL = "Fargate"
GIB = 1024
SIZES = {
    1024: tuple(GIB * size for size in range(2, 9)),
    2048: tuple(GIB * size for size in range(4, 17)),
    4096: tuple(GIB * size for size in range(8, 31)),
}
"""The MiB it takes, by CPU units, from what formae needs to what it can use."""
ARCHITECTURES = ("x86_64", "arm64")
STORAGE = 20_000_000_000
TASKS = "ecs-tasks.amazonaws.com"
"""The principal to which a task's roles are passed."""
BILLED_AS = "Amazon Elastic Container Service"
PRICES = {
    CPU: "Fargate's CPU",
    MEMORY: "Fargate's memory",
    ARM_CPU: "Fargate's CPU with arm64",
    ARM_MEMORY: "Fargate's memory with arm64",
    BALANCER: "the load balancer",
    ADDRESS: "public IPv4 addresses",
}
FOLDER = "ecs"
"""Where their snapshot is."""
PRICE_QUERIES = (
    PriceQuery(
        "AmazonECS",
        {
            CPU: "Fargate-vCPU-Hours:perCPU",
            MEMORY: "Fargate-GB-Hours",
            ARM_CPU: "Fargate-ARM-vCPU-Hours:perCPU",
            ARM_MEMORY: "Fargate-ARM-GB-Hours",
        },
    ),
    PriceQuery(
        "AWSELB",
        {BALANCER: "LoadBalancerUsage"},
        {"productFamily": "Load Balancer-Application"},
    ),
    PriceQuery("AmazonVPC", {ADDRESS: "PublicIPv4:InUseAddress"}),
)
CAPACITY = (
    "The load balancer's capacity units are not counted: an agent's traffic stays far below one, "
    "which costs up to $6 a month."
)
"""What an estimate cannot know of its bill."""
IDLE = "CPU and memory are billed around the clock, whether the agent works or not."
