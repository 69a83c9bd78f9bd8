"""What ends a step of a run that nobody refused."""

from wizard.catalogue.entry import Entry

_ON = "run the same command again: it goes on from here."

ENTRIES = (
    Entry(
        code="FW-RUN-001",
        title="AWS is still at work after the time it usually needs",
        fix=f"Look at it in the AWS console, and {_ON}",
        causes=("AWS is slow today.", "It is stuck, which the console or AWS's support tells."),
        alone="Only the waiting has ended; AWS goes on. The next run waits for it anew.",
    ),
    Entry(
        code="FW-RUN-002",
        title="AWS took the order, but does not show the result",
        fix=f"Wait a minute, and {_ON}",
        causes=("AWS's answers lag behind its deeds for some seconds, seldom longer.",),
        alone="It looks for a minute before it says so.",
    ),
    Entry(
        code="FW-RUN-003",
        title="A resource of that name is there, but the wizard did not make it",
        fix="Choose another name for the deployment (--name), or let the wizard take it over "
        "(--adopt yes): it gets the tag and is brought in line.",
        causes=("It lacks the tag app=formae-agent.", "It was set up by hand some time ago."),
        alone="What the wizard did not make it neither changes nor removes unasked.",
    ),
    Entry(
        code="FW-RUN-004",
        title="What is there cannot be used as it is",
        fix="Do what is said with it, then run again.",
        causes=(
            "It is paused, stopped, or being deleted.",
            "It is of another kind or version than is wanted, or a switch of it is off.",
        ),
    ),
    Entry(
        code="FW-RUN-005",
        title="Something is not as wanted, and cannot be changed",
        fix="Choose another name for the deployment (--name).",
        causes=("AWS lets it be chosen only when the thing is made.",),
    ),
    Entry(
        code="FW-RUN-006",
        title="Something that must be there is not",
        fix="Do what is said of it, then run again.",
    ),
    Entry(
        code="FW-RUN-007",
        title="The name belongs to a deployment in another region",
        fix="Choose another name for the deployment (--name), or remove the other one first.",
        causes=(
            "IAM roles are the same in every region, so two deployments of one name would share "
            "them, and each would take the other's database away.",
        ),
        alone="`formae-wizard status --all-regions` tells where the other one is.",
    ),
    Entry(
        code="FW-RUN-010",
        title="AWS gave up removing something",
        fix="Look at it in the AWS console for what holds it, then run the same command again.",
        causes=("Something else in the account still uses it.",),
        alone="It orders the removal several times.",
    ),
    Entry(
        code="FW-RUN-011",
        title="Something that was to be removed is still there",
        fix=f"Look at it in the AWS console, and {_ON}",
        alone="It waits for each thing until it is gone.",
    ),
    Entry(
        code="FW-RUN-012",
        title="Something could go only after a consent that nobody gave",
        fix="Run the same command again, and agree to it.",
        causes=("Somebody protected it against just this.",),
    ),
    Entry(
        code="FW-RUN-013",
        title="Something of others holds what is to be removed",
        fix="Do what is said with it, then run the same command again.",
        causes=(
            "A secret with replicas in other regions.",
            "A policy that is attached to another role, user or group.",
            "A cluster in a global database, or no room for its final snapshot.",
        ),
        alone="It looks for this before the first thing goes, and removes nothing until then.",
    ),
)
