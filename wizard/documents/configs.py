"""The formae CLI's config on this machine: where the agent is, and how to sign in.

The agent's config: what the host hands to the agent as FORMAE_CONFIG.
"""

from wizard.answers.model import Answers
from wizard.base.offer import offer
from wizard.base.values import SecretRef, Template, Value
from wizard.documents.document import Document, DocumentKind, Note, pkl_template
from wizard.local.formae.cli import Version
from wizard.local.formae.config import connection_config

NOTES = (
    Note("connection", "The agent's address. All traffic uses HTTPS.", "connection = "),
    Note("api", "The agent's address. All traffic uses HTTPS.", "api {"),
    Note(
        "auth",
        "How to sign in. The file contains the password, so only you can read it.",
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
        why="Connects formae on this machine to the agent. In an existing file, everything else is "
        "kept; the file is backed up, and only you can read it.",
        body=Template("pkl", text, holes),
        notes=NOTES,
        fixed=FIXED,
    )


NAME = "agent.conf.pkl"


AMENDS = Note(
    "amends",
    "Makes this a formae config: the agent rejects unknown settings.",
    "amends ",
)
OVER_HTTPS = Note(
    "datastore",
    "Where the agent keeps its state: the database, reached over HTTPS through the RDS Data "
    "API, with the secret that contains its password.",
    "datastore {",
)
DIRECT = (
    Note(
        "datastore",
        "Where the agent keeps its state: the database, reached with PostgreSQL inside your VPC. "
        "What is said of the Data API names the same database; the agent does not use it.",
        "datastore {",
    ),
    Note(
        "password",
        "Not in this config: ECS reads it from the database's secret when it starts the agent.",
        "password = read",
    ),
    Note("connectionParams", "All traffic to the database is encrypted.", "connectionParams = "),
)
AGENT_NOTES = (
    Note(
        "auth",
        "Who can use the API. This contains only the password's bcrypt hash, which does not reveal "
        "the password.",
        "auth = ",
    ),
    Note(
        "discoveryFilters",
        "Hides the agent's own database, service, roles and secrets from discovery, so that no one "
        "manages them with formae and deletes the agent.",
        "discoveryFilters {",
    ),
    Note(
        "kubernetes",
        "The AWS plugin's default filter, repeated because setting filters replaces it: it "
        "excludes what Kubernetes clusters own.",
        "new MatchFilter {",
        1,
    ),
)


def agent_config(
    answers: Answers,
    *,
    cluster_arn: Value,
    secret_arn: Value,
    api_secret_arn: Value,
    host: Value,
    port: Value,
) -> Document:
    """The agent's Pkl config; the only trace of the API password in it is its bcrypt hash.

    `host` and `port` are where the database takes connections, for an agent that speaks PostgreSQL;
    it has the user and the password from its environment.
    """
    keep = {word for word, on in (("auth", answers.protect), ("hide", answers.hide_itself)) if on}
    if answers.hide_itself:
        keep.add(f"hide {offer(answers.host).service}")
    holes: dict[str, Value] = {
        "cluster_arn": cluster_arn,
        "secret_arn": secret_arn,
        "database": answers.database_name,
        "region": answers.region,
    }
    if answers.direct:
        holes |= {"host": host, "port": port}
    if answers.protect:
        holes["username"] = answers.api_user
        holes["password_hash"] = SecretRef(api_secret_arn, "bcrypt")
    body = pkl_template("agent.conf.pkl", holes, frozenset({*keep, answers.datastore}))
    return agent_document(body, answers.host, direct=answers.direct)


def agent_document(body: Template, host: str = "", *, direct: bool = False) -> Document:
    """A config of the agent's, whatever it says; `host` is the folder of where the agent runs.

    `direct` is whether the agent speaks PostgreSQL with its database.
    """
    return Document(
        name=NAME,
        kind=DocumentKind.AGENT_CONFIG,
        title="The agent's config",
        why="Stored in Secrets Manager and passed to the agent when it starts. It sets the "
        "database and who can use the API.",
        body=body,
        notes=(
            AMENDS,
            Note("server", f"The port {offer(host).label} sends requests to.", "server {"),
            *(DIRECT if direct else (OVER_HTTPS,)),
            *AGENT_NOTES,
        ),
    )
