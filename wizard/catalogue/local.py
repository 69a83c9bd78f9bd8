"""This machine's files, and the wizard itself."""

from wizard.catalogue.entry import Entry

ENTRIES = (
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
        title="Internal error in formae-wizard",
        fix="Please report it, with the output of `formae-wizard support`.",
        alone="It saves where it happened in a private file, without any values. It sends nothing. "
        "Where something was created or changed before, it says so: run the same command again to "
        "resume.",
    ),
)
