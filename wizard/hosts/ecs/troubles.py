"""ECS, and why a deployment of its ended badly: by what ECS itself says of it."""

from wizard.catalogue.entry import DEPLOYMENT, Entry, Sign

AREAS = {"ECS": "ECS and its deployments"}
"""The middle parts of their codes."""

_REPAIR = "then run the same command again to resume."

CUT_OFF = (
    "The task's subnets cannot reach what it needs: they have no NAT gateway, or their VPC "
    "endpoints have security groups that do not accept HTTPS from them."
)

ENTRIES = (
    Entry(
        code="FW-ECS-001",
        title="ECS does not create the load balancer",
        why="ECS met a refusal at its first attempt to create the load balancer, makes no second "
        "one, and does not report it: the service stays ACTIVE without an address.",
        fix="Look in CloudTrail for CreateLoadBalancer with an error: it names the missing "
        f"permission or the quota. Fix it, {_REPAIR}",
        causes=(
            "The infrastructure role was too new, or lacks a permission.",
            "The account's quota of load balancers is used up.",
        ),
        alone="It removes the service after five minutes and creates it again, once in a run.",
    ),
    Entry(
        code="FW-ECS-002",
        title="An alarm made ECS roll the deployment back",
        why="ECS watches each deployment of an Express service: if more than 1% of requests are "
        "answered with an error for two minutes, it rolls back. Requests with a wrong password "
        "count, so a caller that still uses an old one is enough.",
        fix="Stop the callers that use an old password (the agent's log shows them as 401), "
        f"{_REPAIR} Or use the host ecs-gateway, which has no such alarm.",
        causes=(
            "A formae CLI, a script or a monitor with an old password.",
            "Someone probing the public address.",
            "The new agent answers with errors.",
        ),
        signs=(Sign(service=DEPLOYMENT, words=r"\balarm\b"),),
    ),
    Entry(
        code="FW-ECS-003",
        title="ECS cannot pull the image",
        why="The task stopped before the agent started, because its image could not be pulled.",
        fix="Check that the version exists (--image-version). After a time-out, check the subnets "
        f"instead (see the causes), {_REPAIR}",
        causes=(
            "There is no such version.",
            CUT_OFF,
        ),
        signs=(Sign(service=DEPLOYMENT, words=r"CannotPullContainer|pull.*image"),),
    ),
    Entry(
        code="FW-ECS-004",
        title="ECS cannot prepare the task",
        why="The task stopped before the agent started: ECS could not read a secret, or could not "
        "write to the log group.",
        fix=f"Check what the stopped task's reason names, {_REPAIR}",
        causes=(
            "The execution role may not read the secret.",
            "The secret, its key or the log group does not exist.",
            CUT_OFF,
        ),
        signs=(Sign(service=DEPLOYMENT, words=r"ResourceInitializationError"),),
    ),
)
