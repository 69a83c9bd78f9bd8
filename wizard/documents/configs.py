"""The formae CLI's config on this machine: where the agent is, and how to sign in."""

from wizard.base.values import Template, Value
from wizard.documents.document import Document, Kind, Note
from wizard.local.formae.connection import connection_config
from wizard.local.formae.versions import Version

NOTES = (
    Note("connection", "Where the agent is. Everything in it goes over HTTPS.", "connection = "),
    Note("api", "Where the agent is. Everything in it goes over HTTPS.", "api {"),
    Note(
        "auth",
        "How to sign in. The password is written into the file itself, which is why only you may "
        "read it.",
        "auth = ",
    ),
)
FIXED = (
    "This shows a new file; where there is one already, only these members are changed in it, so "
    "there is no text to edit yet. Change the file itself afterwards: the wizard keeps what is "
    "yours in it."
)


def client_config(
    *, cli_version: str, url: Value, username: str, password: Value, file_name: str
) -> Document:
    """The config as a fresh file would hold it; into an existing one only its members go."""
    text = connection_config(
        Version.parse(cli_version),
        "https://${url}",
        443,
        username or None,
        "${password}" if username else None,
    )
    text = text.replace('"https://${url}"', '"${url}"')
    holes: dict[str, Value] = {"url": url}
    if username:
        holes["password"] = password
    return Document(
        name=file_name,
        kind=Kind.CLIENT_CONFIG,
        title="The formae CLI's config",
        why="Tells formae on this machine where the agent is. An existing file keeps everything "
        "else that is in it; it is backed up, and readable by you alone.",
        body=Template("pkl", text, holes),
        notes=NOTES,
        fixed=FIXED,
    )
