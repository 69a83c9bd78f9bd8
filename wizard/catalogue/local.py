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
        code="FW-WIZ-001",
        title="Internal error in formae-wizard",
        fix="Please report it, with the output of `formae-wizard support`. Everything created so "
        "far is in your account; run the same command again to resume.",
        alone="It saves where it happened in a private file, without any values. It sends nothing.",
    ),
)
