"""The formae CLI of this machine, and its config."""

from wizard.catalogue.entry import FORMAE, Entry, Sign


def _says(words: str) -> tuple[Sign, ...]:
    return (Sign(service=FORMAE, words=words),)


ENTRIES = (
    Entry(
        code="FW-CLI-001",
        title="The formae CLI and the agent are of different versions",
        what="Your formae CLI is version {cli}, the agent is {agent}.",
        why="The two work together only when they are the very same version.",
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
        title="The agent does not take the user name and password",
        what="The agent does not take the user name and password in your formae config.",
        fix="Run this again to write the right ones, or correct `auth` in the config yourself.",
        signs=_says(r"authentication failed|the agent denied access"),
    ),
    Entry(
        code="FW-CLI-005",
        title="The formae config says its connection twice",
        what="Your formae config says its connection twice, in the old form and in the new one.",
        fix="Take `cli.api`, `cli.auth` and `plugins.authentication` out of it.",
        signs=_says(r"is set alongside deprecated"),
    ),
    Entry(
        code="FW-CLI-006",
        title="The formae CLI has no usable active profile",
        what="The formae CLI has no usable active profile.",
        fix="See the profiles with `formae profile list` and choose one with `formae profile use`.",
        signs=_says(r"not initialized|profile not found|invalid profile name"),
    ),
    Entry(
        code="FW-CLI-007",
        title="The formae CLI cannot read its config",
        what="The formae CLI cannot read its config.",
        fix="Correct the place it names, or move the file away and run this again.",
        causes=("A mistake of Pkl's grammar.", "A setting that this version does not know."),
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
        title="The agent cannot be reached or does not answer properly",
        what="The agent cannot be reached or does not answer properly.",
        fix="A new service may need some minutes; then check the address in your formae config.",
        signs=_says(r"error fetching stats from agent"),
    ),
    Entry(
        code="FW-CLI-010",
        title="The formae CLI failed, with words the catalogue does not know",
        what="`{command}` ended with code {exit}.",
        fix="Run it yourself to see more.",
    ),
    Entry(
        code="FW-CLI-011",
        title="The formae CLI did not end in time",
        fix="Try it again in a minute.",
        causes=("The agent is still starting.", "The network swallows the request."),
    ),
    Entry(
        code="FW-CLI-012",
        title="There is no formae CLI, or it cannot be started",
        fix="Install the formae CLI; docs.formae.io says how.",
        alone="The agent is set up without it; only the last proof through the CLI is missing.",
    ),
    Entry(
        code="FW-CLI-013",
        title="The formae CLI did not print the agent's status",
        fix="Run `formae status agent` yourself to see what it prints.",
    ),
    Entry(
        code="FW-CLI-020",
        title="The formae config cannot be read as Pkl",
        fix="Correct it, or move it away and run this again to have a fresh one.",
        alone="Nothing is written where it could lose something.",
    ),
    Entry(
        code="FW-CLI-021",
        title="The formae config computes what would have to be written",
        fix="Write it as a plain block, or put the connection into the file by hand.",
        alone="Nothing is written where it could lose something.",
    ),
    Entry(
        code="FW-CLI-022",
        title="The file is no formae config, or one that is not ours to change",
        fix="Move the file away and run this again, or give the agent another name.",
        causes=("It amends another module.", "It is for a hosted formae installation."),
        alone="Nothing is written where it could lose something.",
    ),
)
