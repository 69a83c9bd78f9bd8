"""The formae CLI of this machine, and its config."""

from wizard.catalogue.entry import FORMAE, Entry, Sign


def _says(words: str) -> tuple[Sign, ...]:
    return (Sign(service=FORMAE, words=words),)


ENTRIES = (
    Entry(
        code="FW-CLI-001",
        title="The formae CLI and the agent have different versions",
        what="Your formae CLI is version {cli}, the agent is {agent}.",
        why="They only work together if their versions are identical.",
        fix="Run `formae update {agent}`.",
        signs=_says(r"incompatible agent version: expected (?P<cli>\S+), got (?P<agent>\S+)"),
    ),
    Entry(
        code="FW-CLI-002",
        title="The formae CLI lacks a plugin",
        what="Your formae CLI lacks the plugin {plugin}, which your formae config uses.",
        fix="Install it with `formae plugin install {plugin}`.",
        signs=_says(
            r"auth plugin \"(?P<plugin>[\w-]+)\" not installed"
            r"|(?:Cannot find|I/O error loading) module `plugins:/(?P<module>\w+)\.pkl`"
        ),
    ),
    Entry(
        code="FW-CLI-003",
        title="Nothing answers at the address in the formae config",
        what="Nothing answers at the address in your formae config.",
        fix="Check the address there, and that the App Runner service is running.",
        signs=_says(r"agent is not running"),
    ),
    Entry(
        code="FW-CLI-004",
        title="The agent rejects the user name and password",
        what="The agent rejects the user name and password in your formae config.",
        fix=(
            "Run the command again to write the right ones, or correct `auth` in the config "
            "yourself."
        ),
        signs=_says(r"authentication failed|the agent denied access"),
    ),
    Entry(
        code="FW-CLI-005",
        title="The formae config contains the connection twice",
        what="Your formae config contains the connection twice, in the old and the new form.",
        fix="Remove `cli.api`, `cli.auth` and `plugins.authentication` from it.",
        signs=_says(r"is set alongside deprecated"),
    ),
    Entry(
        code="FW-CLI-006",
        title="The formae CLI has no usable active profile",
        what="The formae CLI has no usable active profile.",
        fix="List the profiles with `formae profile list`; choose one with `formae profile use`.",
        signs=_says(r"not initialized|profile not found|invalid profile name"),
    ),
    Entry(
        code="FW-CLI-007",
        title="The formae CLI cannot read its config",
        what="The formae CLI cannot read its config.",
        fix="Correct the line it names, or move the file away and run the command again.",
        causes=("A Pkl syntax error.", "A setting that this version does not support."),
        signs=_says(r"failed to load configuration|failed to evaluate PKL|Pkl Error"),
    ),
    Entry(
        code="FW-CLI-008",
        title="This formae CLI does not know the command",
        what="This formae CLI does not know the command.",
        fix="Update the formae CLI to the agent's version.",
        signs=_says(r"unknown flag|unknown command"),
    ),
    Entry(
        code="FW-CLI-009",
        title="The agent cannot be reached or gives an unexpected answer",
        what="The agent cannot be reached or gives an unexpected answer.",
        fix="A new service may need a few minutes; then check the address in your formae config.",
        signs=_says(r"error fetching stats from agent"),
    ),
    Entry(
        code="FW-CLI-010",
        title="The formae CLI reports an unknown error",
        what="`{command}` exited with code {exit}.",
        fix="Run it yourself to see more.",
    ),
    Entry(
        code="FW-CLI-011",
        title="The formae CLI did not finish in time",
        fix="Try again in a minute.",
        causes=("The agent is still starting.", "The network drops the request."),
    ),
    Entry(
        code="FW-CLI-012",
        title="The formae CLI is missing or cannot be started",
        fix="Install the formae CLI; see docs.formae.io.",
        alone="It sets up the agent without the CLI; only the final check is missing.",
    ),
    Entry(
        code="FW-CLI-013",
        title="The formae CLI did not print the agent's status",
        fix="Run `formae status agent` yourself to see what it prints.",
    ),
    Entry(
        code="FW-CLI-020",
        title="The formae config cannot be read as Pkl",
        fix="Correct it, or move it away and run the command again to create a new one.",
        alone="It writes nothing that could lose your settings.",
    ),
    Entry(
        code="FW-CLI-021",
        title="The formae config computes values that the wizard would have to write",
        fix="Write it as a plain block, or add the connection to the file by hand.",
        alone="It writes nothing that could lose your settings.",
    ),
    Entry(
        code="FW-CLI-022",
        title="The file is not a formae config, or not one the wizard may change",
        fix="Move the file away and run the command again, or choose another name for the agent.",
        causes=("It amends another module.", "It is for a hosted formae installation."),
        alone="It writes nothing that could lose your settings.",
    ),
)
