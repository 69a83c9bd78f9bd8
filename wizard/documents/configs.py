"""The formae CLI's config on this machine: where the agent is, and how to sign in.

The agent's config: what the host hands to the agent as FORMAE_CONFIG.
"""

from wizard.answers.model import Answers
from wizard.base.offer import offer
from wizard.base.values import SecretRef, Template, Value
from wizard.documents.document import Document, DocumentKind, Note, pkl_template
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
    "if the file exists, only these settings in it are changed. Edit the file itself afterward: "
    "the wizard keeps your own settings."
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
        kind=DocumentKind.CLIENT_CONFIG,
        title="The formae CLI's config",
        why="Tells formae on this machine where the agent is. An existing file keeps everything "
        "else that is in it; it is backed up, and readable by you alone.",
        body=Template("pkl", text, holes),
        notes=NOTES,
        fixed=FIXED,
    )


NAME = "agent.conf.pkl"


AMENDS = Note(
    "amends",
    "Makes this a config of formae's: the agent refuses names it does not know.",
    "amends ",
)
AGENT_NOTES = (
    Note(
        "datastore",
        "Where the agent keeps its state: the database, reached over HTTPS through the RDS Data "
        "API, with the secret that holds its password.",
        "datastore {",
    ),
    Note(
        "auth",
        "Who may use the API. Only the password's bcrypt hash is here, from which nobody gets the "
        "password back.",
        "auth = ",
    ),
    Note(
        "discoveryFilters",
        "Keeps the agent's own database, service, roles and secrets out of what it discovers, so "
        "that nobody takes them under management and deletes the agent with them.",
        "discoveryFilters {",
    ),
    Note(
        "kubernetes",
        "The AWS plugin's own filter, repeated because setting filters replaces it: what "
        "Kubernetes clusters own stays theirs.",
        "new MatchFilter {",
        1,
    ),
)


def agent_config(
    answers: Answers, *, cluster_arn: Value, secret_arn: Value, api_secret_arn: Value
) -> Document:
    """The agent's Pkl config; the only trace of the API password in it is its bcrypt hash."""
    keep = {word for word, on in (("auth", answers.protect), ("hide", answers.hide_itself)) if on}
    holes: dict[str, Value] = {
        "cluster_arn": cluster_arn,
        "secret_arn": secret_arn,
        "database": answers.database_name,
        "region": answers.region,
    }
    if answers.protect:
        holes["username"] = answers.api_user
        holes["password_hash"] = SecretRef(api_secret_arn, "bcrypt")
    return agent_document(pkl_template("agent.conf.pkl", holes, frozenset(keep)), answers.host)


def agent_document(body: Template, host: str = "") -> Document:
    """A config of the agent's, whatever it says; `host` is the folder of where the agent runs."""
    return Document(
        name=NAME,
        kind=DocumentKind.AGENT_CONFIG,
        title="The agent's config",
        why="Stored in Secrets Manager and handed to the agent when it starts. It names the "
        "database, and who may use the API.",
        body=body,
        notes=(
            AMENDS,
            Note("server", f"The port {offer(host).label} sends requests to.", "server {"),
            *AGENT_NOTES,
        ),
    )
