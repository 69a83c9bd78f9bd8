"""This machine's files, and the wizard itself."""

from wizard.catalogue.entry import Entry

ENTRIES = (
    Entry(
        code="FW-FILE-001",
        title="A file could not be written",
        fix="Make room, or let your user write there; then try again.",
        causes=("A full disk.", "A folder that is read-only or another user's."),
        alone="Files are written beside the old one and put in its place when they are whole.",
    ),
    Entry(
        code="FW-FILE-002",
        title="A link stands where a file is to be written",
        fix="Look where it leads, and remove it if it is not yours.",
        alone="It does not write through links that others could change.",
    ),
    Entry(
        code="FW-FILE-003",
        title="Standard output could not be written",
        fix="Write it where there is room, or read the log of the run.",
        causes=("The disk that the output goes to is full.",),
        alone="What was being done goes on to its end, whoever reads of it.",
    ),
    Entry(
        code="FW-FILE-004",
        title="The home folder is another person's",
        fix="Run it as the person whose home it is, without sudo, or with `sudo -H`.",
        causes=("`sudo -E`, or a HOME that was handed on to another user.",),
        alone="It makes nothing there.",
    ),
    Entry(
        code="FW-WIZ-001",
        title="A mistake in formae-wizard itself",
        fix="Please report it, with what `formae-wizard support` gathers.",
        alone="It keeps in a private file where it happened, without any values. Nothing is sent. "
        "Where something was created or changed before it, it says so: the same command goes on.",
    ),
)
