"""What ends a step of a run that nobody refused, this machine's files, and the wizard itself."""

from wizard.catalogue.entry import Entry

_ON = "run the same command again to resume."

ENTRIES = (
    Entry(
        code="FW-RUN-001",
        title="AWS takes longer than usual",
        fix=f"Check it in the AWS console, then {_ON}",
        causes=("AWS is slow today.", "It is stuck; check the console or ask AWS Support."),
        alone="It only stops waiting; AWS continues. The next run waits again.",
    ),
    Entry(
        code="FW-RUN-002",
        title="AWS accepted the request, but does not show the result",
        fix=f"Wait a minute, then {_ON}",
        causes=("AWS's answers can lag behind by some seconds, rarely longer.",),
        alone="It checks for a minute before it reports this.",
    ),
    Entry(
        code="FW-RUN-003",
        title="A resource with this name exists, but the wizard did not create it",
        fix="Choose another name for the deployment (--name), or let the wizard take it over "
        "(--adopt yes): it adds its tag and changes the resource to match.",
        causes=("It lacks the tag app=formae-agent.", "Someone created it by hand."),
        alone="It never changes or removes what it did not create without asking.",
    ),
    Entry(
        code="FW-RUN-004",
        title="An existing resource cannot be used as it is",
        fix="Follow the advice shown with it, then run the command again.",
        causes=(
            "It is paused, stopped, or being deleted.",
            "It is of a different kind or version, or a setting of it is off.",
        ),
    ),
    Entry(
        code="FW-RUN-005",
        title="A setting differs and cannot be changed",
        fix="Choose another name for the deployment (--name).",
        causes=("AWS only allows this setting when the resource is created.",),
    ),
    Entry(
        code="FW-RUN-006",
        title="A required resource does not exist",
        fix="Follow the advice shown with it, then run the command again.",
    ),
    Entry(
        code="FW-RUN-007",
        title="The name belongs to a deployment in another region",
        fix="Choose another name for the deployment (--name), or remove the other one first.",
        causes=(
            "IAM roles are the same in every region, so two deployments of one name would share "
            "them, and each would cut the other off from its database.",
        ),
        alone="`formae-wizard status --all-regions` shows where the other one is.",
    ),
    Entry(
        code="FW-RUN-010",
        title="AWS failed to remove a resource",
        fix="Check in the AWS console what still uses it, then run the same command again.",
        causes=("Something else in the account still uses it.",),
        alone="It requests the removal several times.",
    ),
    Entry(
        code="FW-RUN-011",
        title="A removed resource still exists",
        fix=f"Check it in the AWS console, then {_ON}",
        alone="It waits until each resource is gone.",
    ),
    Entry(
        code="FW-RUN-012",
        title="A removal needs your confirmation",
        fix="Run the same command again, and confirm.",
        causes=("Someone protected the resource against removal.",),
    ),
    Entry(
        code="FW-RUN-013",
        title="Resources of others block the removal",
        fix="Follow the advice shown with it, then run the same command again.",
        causes=(
            "A secret has replicas in other regions.",
            "A policy is attached to another role, user or group.",
            "A cluster is in a global database, or the account cannot store its final snapshot.",
        ),
        alone="It checks this first, and removes nothing until the problem is fixed.",
    ),
    Entry(
        code="FW-FILE-001",
        title="A file could not be written",
        fix="Free some space, or give your user write access; then try again.",
        causes=("The disk is full.", "The folder is read-only or belongs to another user."),
        alone=(
            "It writes a new file next to the old one and replaces the old one only when the new "
            "one is complete."
        ),
    ),
    Entry(
        code="FW-FILE-002",
        title="The file to write is a symbolic link",
        fix="Check where it points, and remove it if it is not yours.",
        alone="It does not write through links that other users could change.",
    ),
    Entry(
        code="FW-FILE-003",
        title="Standard output could not be written",
        fix="Write it to a disk with free space, or read the log of the run.",
        causes=("The disk that receives the output is full.",),
        alone="It still finishes the run.",
    ),
    Entry(
        code="FW-FILE-004",
        title="The home folder belongs to another user",
        fix="Run it without sudo, with `sudo -H`, or as the owner of the folder.",
        causes=("`sudo -E` keeps HOME.", "HOME was passed on to another user."),
        alone="It creates nothing there.",
    ),
    Entry(
        code="FW-WIZ-001",
        title="Internal error in formae-wizard",
        fix="Please report it, with the output of `formae-wizard support`.",
        alone="It saves where it happened in a private file, without any values. It sends nothing. "
        "Where something was created or changed before, it says so: run the same command again to "
        "resume.",
    ),
)
