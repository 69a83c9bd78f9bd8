"""Errors of the hosts: App Runner's, ECS's, and why an agent does not come up on any.

The reason is the agent's own log where there is one, otherwise what the host says of it.
"""

from wizard.base.offer import offer, offers, open_hosts
from wizard.catalogue.entry import APPLICATION, Entry, Sign

_INSTEAD = open_hosts()[0]

_REPAIR = "then run the same command again to resume."

_STOPPED_BY = ", ".join(
    f"`{command}` on {' and '.join(each.label for each in offers() if each.stop_it == command)}"
    for command in dict.fromkeys(each.stop_it for each in offers())
)

ENTRIES = (
    Entry(
        code="FW-APP-001",
        title="This AWS account cannot use App Runner",
        why="AWS closed App Runner to new customers on April 30, 2026; only accounts that used it "
        "before can still use it. AWS answers every call with “SubscriptionRequiredException”, "
        "regardless of permissions. (A new or Free-plan account that is not fully activated "
        "gets the same answer.)",
        fix=f"Run the agent on {offer(_INSTEAD).label}, which is open to every account: --host "
        f"{_INSTEAD}. Or use the profile of an account that already runs App Runner services. "
        "Nothing was created.",
        alone="It checks App Runner before the first change.",
        signs=(Sign(service="apprunner", codes=("SubscriptionRequired*", "OptInRequired*")),),
    ),
    Entry(
        code="FW-APP-002",
        title="Another service has this name",
        why="Another service has this name.",
        fix="Choose another name for the deployment (--name).",
        signs=(Sign(words=r"Service with the provided name already exists"),),
    ),
    Entry(
        code="FW-APP-014",
        title="The service is paused",
        why="App Runner changes nothing on a paused service.",
        fix="Resume it with --wake yes, or `aws apprunner resume-service`, and run the same "
        "command again.",
        signs=(Sign(service="apprunner", codes=("Invalid*",), words=r"\bPAUSED\b"),),
    ),
    Entry(
        code="FW-APP-003",
        title="App Runner is busy with the service",
        why="App Runner accepts no changes while it works on the service.",
        fix="Wait a few minutes, then run the same command again to resume.",
        causes=("Someone else's deployment.", "AWS's own maintenance."),
        alone="It retries for several minutes before it gives up.",
        signs=(Sign(service="apprunner", codes=("InvalidStateException",)),),
    ),
    Entry(
        code="FW-APP-005",
        title="The agent cannot prepare its database",
        why="The agent could not connect to its database or set up its tables.",
        fix="Check what the log line says about the database: user, password, permissions or "
        f"address. Fix it, {_REPAIR}",
        causes=(
            "The agent's role may not use the Data API or read the secret.",
            "The password in the secret is not the database's.",
            "A newer agent has used the database.",
        ),
        signs=(
            Sign(service=APPLICATION, words=r"migration|Failed to create ms|datastore"),
            Sign(service=APPLICATION, words=r"password authentication failed"),
        ),
    ),
    Entry(
        code="FW-APP-006",
        title="The agent's image lacks the auth plugin",
        why="The agent refuses to start without its auth plugin.",
        fix=f"Choose an image version that includes it (--image-version), {_REPAIR}",
        signs=(Sign(service=APPLICATION, words=r"auth plugin"),),
    ),
    Entry(
        code="FW-APP-007",
        title="The agent cannot read its config",
        why="The agent's config is not valid for this version of formae.",
        fix=f"Correct the document (or discard your edit), {_REPAIR}",
        causes=("An edited document.", "A setting that this version does not support."),
        signs=(Sign(service=APPLICATION, words=r"pkl|config(uration)? .*(invalid|error|fail)"),),
    ),
    Entry(
        code="FW-APP-008",
        title="The image is built for another CPU architecture",
        why="The image is built for another CPU architecture than the agent's.",
        fix="Choose an image that is built for the agent's architecture.",
        alone="It only deploys images built for it; an image pushed by hand may differ.",
        signs=(Sign(service=APPLICATION, words=r"exec format error"),),
    ),
    Entry(
        code="FW-APP-009",
        title="The agent ran out of memory",
        why="The agent was stopped because it ran out of memory.",
        fix=f"Choose a larger size (--memory), {_REPAIR}",
        signs=(Sign(service=APPLICATION, words=r"out of memory|OOM|signal: killed"),),
    ),
    Entry(
        code="FW-APP-010",
        title="The agent does not pass the health check",
        why="The container runs, but does not answer on the port that AWS checks.",
        fix=f"Read the application's log, {_REPAIR}",
        causes=("It starts too slowly for its size.", "An edited config uses a different port."),
        signs=(Sign(service=APPLICATION, words=r"health check"),),
    ),
    Entry(
        code="FW-APP-011",
        title="The image cannot be pulled",
        why="The role that pulls the image cannot read the repository, or the image no longer "
        "exists.",
        fix=f"Check the repository and that role, {_REPAIR}",
        signs=(Sign(service=APPLICATION, words=r"(pull|fetch).*(image|ecr)|access role"),),
    ),
    Entry(
        code="FW-APP-004",
        title="The service did not start",
        fix="Read the log above, fix the cause, then run the same command again to resume.",
        causes=(
            "The agent stopped soon after it started; its log says why.",
            "AWS could not start the container at all.",
        ),
        alone="It reads AWS's events and the application log. The next run removes a failed "
        "service and creates it again.",
    ),
    Entry(
        code="FW-APP-012",
        title="The agent's address does not answer as expected",
        fix="Read the agent's application log, then run the same command again.",
        causes=("A proxy in between.", "The agent keeps restarting."),
    ),
    Entry(
        code="FW-APP-013",
        title="The agent accepts requests without a password",
        fix=f"Stop the agent immediately ({_STOPPED_BY}), and check its config.",
        causes=("An edited config without `auth`.",),
        alone="It tries a request without a password after every run, and fails if that works.",
    ),
)
