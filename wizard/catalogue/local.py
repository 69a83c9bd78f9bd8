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
        code="FW-WIZ-001",
        title="Internal error in formae-wizard",
        fix="Please report it, with what `formae-wizard support` gathers. What was created is in "
        "your account; the same command goes on from there.",
        alone="It keeps in a private file where it happened, without any values. Nothing is sent.",
    ),
)
