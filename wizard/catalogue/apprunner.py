"""App Runner, and why an agent does not come up: by its own log where it wrote one."""

from wizard.catalogue.entry import APPLICATION, Entry, Sign

_REPAIR = "then run the same command again: it goes on from here."

ENTRIES = (
    Entry(
        code="FW-APP-001",
        title="This AWS account cannot use App Runner",
        why="AWS closed App Runner to new customers on 30 April 2026; only accounts that used it "
        "before may go on. AWS says so with “SubscriptionRequiredException” to every call, "
        "whatever the permissions. (A brand-new or Free-plan account that is not fully activated "
        "gets the same answer.)",
        fix="Use the profile of an account that already runs App Runner services, or set the "
        "agent up on ECS as formae's documentation describes. Nothing was created.",
        alone="It asks App Runner before the first change.",
        signs=(Sign(codes=("SubscriptionRequiredException",)),),
    ),
    Entry(
        code="FW-APP-002",
        title="Another service has this name",
        why="Another service has this name.",
        fix="Choose another name for the deployment (--name).",
        signs=(Sign(words=r"Service with the provided name already exists"),),
    ),
    Entry(
        code="FW-APP-003",
        title="App Runner is busy with the service",
        why="App Runner takes no order while it works on the service.",
        fix="Wait some minutes and run the same command again: it goes on from here.",
        causes=("A deployment by someone else.", "AWS's own maintenance."),
        alone="It tries for minutes before it gives up.",
        signs=(Sign(service="apprunner", codes=("InvalidStateException",)),),
    ),
    Entry(
        code="FW-APP-005",
        title="The agent cannot prepare its database",
        why="The agent could not connect to its database or set up its tables.",
        fix="See what the line says of the database: user, password, rights or address; repair "
        f"it, {_REPAIR}",
        causes=(
            "The instance role may not use the Data API or read the secret.",
            "The secret's password is not the database's.",
            "A database that a newer agent has used.",
        ),
        signs=(
            Sign(service=APPLICATION, words=r"migration|Failed to create ms|datastore"),
            Sign(service=APPLICATION, words=r"password authentication failed"),
        ),
    ),
    Entry(
        code="FW-APP-006",
        title="The agent's image lacks the plugin for passwords",
        why="The agent refuses to start without its auth plugin.",
        fix=f"Choose a version of the image that has it (--image-version), {_REPAIR}",
        signs=(Sign(service=APPLICATION, words=r"auth plugin"),),
    ),
    Entry(
        code="FW-APP-007",
        title="The agent cannot read its config",
        why="The agent's config is not valid for this version of formae.",
        fix=f"Correct the document (or discard your edit), {_REPAIR}",
        causes=("An edited document.", "A setting that this version does not know."),
        signs=(Sign(service=APPLICATION, words=r"pkl|config(uration)? .*(invalid|error|fail)"),),
    ),
    Entry(
        code="FW-APP-008",
        title="The image is not made for App Runner's processors",
        why="App Runner runs linux/amd64 alone.",
        fix="Choose an image that is built for linux/amd64.",
        alone="It copies linux/amd64 only; an image put there by hand may be another.",
        signs=(Sign(service=APPLICATION, words=r"exec format error"),),
    ),
    Entry(
        code="FW-APP-009",
        title="The agent ran out of memory",
        why="The agent was ended for want of memory.",
        fix=f"Choose a greater size (--memory), {_REPAIR}",
        signs=(Sign(service=APPLICATION, words=r"out of memory|OOM|signal: killed"),),
    ),
    Entry(
        code="FW-APP-010",
        title="The agent does not pass App Runner's health check",
        why="The container runs, but does not answer on the port that App Runner asks.",
        fix=f"Read the application's log, {_REPAIR}",
        causes=("It starts too slowly for its size.", "An edited config with another port."),
        signs=(Sign(service=APPLICATION, words=r"health check"),),
    ),
    Entry(
        code="FW-APP-011",
        title="App Runner cannot fetch the image",
        why="The access role may not read the repository, or the image is not there any more.",
        fix=f"Look at the repository and the access role, {_REPAIR}",
        signs=(Sign(service=APPLICATION, words=r"(pull|fetch).*(image|ecr)|access role"),),
    ),
    Entry(
        code="FW-APP-004",
        title="It did not come up",
        fix="Read the log above; after repairing the cause, run the same command again: it goes "
        "on from here.",
        causes=(
            "The agent ended soon after its start; its log says why.",
            "App Runner could not start the container at all.",
        ),
        alone="It reads AWS's events and the application's log. A service that failed is removed "
        "and made anew by the next run.",
    ),
    Entry(
        code="FW-APP-012",
        title="The agent's address does not answer as it should",
        fix="Read the agent's application log, then run the same command again.",
        causes=("A proxy on the way.", "The agent restarts again and again."),
    ),
    Entry(
        code="FW-APP-013",
        title="The agent lets anyone in",
        fix="Pause the service at once with `aws apprunner pause-service`, and look at the "
        "agent's config.",
        causes=("An edited config without `auth`.",),
        alone="It asks without a password after every run, and fails where that works.",
    ),
)
