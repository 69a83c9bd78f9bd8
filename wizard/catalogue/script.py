"""What ends the exported script before AWS is asked: its tools, and the password it is given."""

from wizard.catalogue.entry import Entry

ENTRIES = (
    Entry(
        code="FW-TOOL-001",
        title="A command that the script needs is not installed",
        fix="Install what is missing and run the script again.",
        causes=("A small container or a fresh machine, without docker or the aws command.",),
        alone="It looks for all of them at once, before anything is made.",
    ),
    Entry(
        code="FW-TOOL-002",
        title="The aws command does not run, or is too old",
        fix="Install 1.45 or later, or 2.14 or later, and see that `aws --version` says so.",
        causes=("Older ones do not know all that App Runner says of a scaling configuration.",),
        alone="It asks for the version before anything is made.",
    ),
    Entry(
        code="FW-TOOL-003",
        title="The password that was given to the script cannot be used",
        fix="Give a readable file with 12 to 72 bytes in its first line (API_PASSWORD_FILE), type "
        "one at a terminal (--ask-password), or leave both out to have one generated.",
        causes=(
            "It is shorter than 12 bytes or longer than 72, of which bcrypt reads no more.",
            "It holds a control character.",
            "The file is not there, or another user's.",
            "It was typed differently the second time.",
        ),
        alone="It looks at the password before anything is made.",
    ),
    Entry(
        code="FW-TOOL-004",
        title="The script cannot make a password or its hash",
        fix="Install htpasswd (apache2-utils, httpd-tools) and run the script again.",
        causes=(
            "Neither htpasswd nor the system's crypt() makes bcrypt hashes.",
            "No /dev/urandom.",
        ),
        alone="It tries htpasswd, Perl, and Perl in the agent's own image.",
    ),
)
