"""Formae's configs as data: the CLI's connection to an agent, and an agent's datastore.

What they say counts as far as plain literals say it; nothing is evaluated. Without a line of code
that reads or writes a file, so that the plan can be loaded without either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from wizard.base.errors import WizardError
from wizard.base.names import TAG_VALUE
from wizard.base.secret import Secret
from wizard.base.text import literal_value, pkl_string
from wizard.local.formae.cli import AUTH, CONNECTION, Version, at_least
from wizard.local.formae.document import Body, Document, Member, PklSyntaxError, TokenKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where the formae CLI of this machine will read its config, and which CLI it is."""

    path: str = "~/.config/formae/formae.conf.pkl"
    active_now: str = ""
    """The profile the CLI uses now; empty where it keeps none."""
    must_activate: bool = False
    reason: str = ""
    now: str = field(default="", repr=False)
    """The text that is in the file now; it may hold a password."""
    installed: bool = False
    version: str = ""
    """Version of the installed CLI; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Written:
    """A config that was put in place: whether it changed, and a sentence about it."""

    changed: bool
    note: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A config that is wanted against the one that is there; `diff` shows no secret."""

    new: bool
    """Whether there is none yet."""
    diff: str
    activates: bool
    """Whether another profile would become the active one."""

    @property
    def changes(self) -> bool:
        """Whether writing the config would change anything."""
        return self.new or bool(self.diff) or self.activates


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """The CLI config that is wanted."""

    name: str
    activate: bool
    version: str
    url: str
    username: str | None
    password: Secret | None


KINDS = {"auroradataapi": "data-api", "postgres": "postgres"}
"""What the answers call the kinds of datastore that the wizard sets up, by formae's names."""

DATASTORE = ("agent", "datastore", "auroraDataAPI")


@dataclass(frozen=True, slots=True)
class Datastore:
    """The database the agent keeps its state in, as far as the config says it in plain words."""

    cluster: str = ""
    """ARN."""
    secret: str = ""
    """ARN, or a part of one."""
    database: str = ""


def datastore(text: str) -> Datastore | None:
    """The Aurora datastore of an agent's config; None where the text names none. Never raises."""
    try:
        document = Document(text)
        members = document.top()
        for name in DATASTORE:
            body = next((document.body(each) for each in members if each.name == name), None)
            if body is None:
                return None
            members = document.members(body)
    except PklSyntaxError:
        return None
    return Datastore(
        _literal(document, members, "clusterArn"),
        _literal(document, members, "secretArn"),
        _literal(document, members, "database"),
    )


def _literal(document: Document, members: list[Member], name: str) -> str:
    found = next((each for each in members if each.name == name and not each.local), None)
    return (document.literal(found.value) or "") if found else ""


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """The parts of a config that the wizard's answers became; empty where it does not say."""

    cluster_arn: str = ""
    secret_arn: str = ""
    database: str = ""
    datastore: str = ""
    """How it reaches the database: `postgres` or `data-api`."""
    protected: bool = False
    username: str = ""
    hides: bool = False
    """Whether what carries the wizard's tag is kept out of discovery."""


def agent_said(text: str) -> AgentSaid:
    """Read a config. Raises PklSyntaxError where it cannot be followed."""
    document = Document(text)
    for agent in document.bodies(document.top(), "agent"):
        return _read(document, agent)
    return AgentSaid()


def _read(document: Document, agent: Body) -> AgentSaid:
    inner = document.members(agent)
    said, reached = dict.fromkeys(("clusterArn", "secretArn", "database"), ""), ""
    for store in document.bodies(inner, "datastore"):
        kind = document.plain(document.members(store), "datastoreType", "") or ""
        reached = KINDS.get(kind, reached)
        for place in document.bodies(document.members(store), "auroraDataAPI"):
            within = document.members(place)
            said = {name: document.plain(within, name, "") or "" for name in said}
    return AgentSaid(
        cluster_arn=said["clusterArn"],
        secret_arn=said["secretArn"],
        database=said["database"],
        datastore=reached,
        protected=any(member.name == "auth" for member in inner),
        username=_username(document, list(document.bodies(inner, "auth"))),
        hides=any(_says(document, body) for body in document.bodies(inner, "resourcePlugins")),
    )


def _username(document: Document, places: list[Body]) -> str:
    """The first authorised user's name; users are elements of a listing, not members."""
    for body in places:
        for index in range(body.open, body.close - 2):
            name, equals, value = document.code[index : index + 3]
            if (name.text, equals.text, value.kind) == ("username", "=", TokenKind.STRING):
                return literal_value(value.text) or ""
    return ""


def _says(document: Document, body: Body) -> bool:
    strings = (
        each for each in document.code[body.open : body.close] if each.kind is TokenKind.STRING
    )
    return any(literal_value(each.text) == TAG_VALUE for each in strings)


CONFIG = "formae:/Config.pkl"

AUTH_BASIC = "plugins:/AuthBasic.pkl"

_SCHEMA_URL, _SCHEMA_PORT = "http://localhost", 49684

_PORTS = {"https": 443, "http": 80}

Lines = list[tuple[int, str]]
"""Lines of a block, each with how deep it stands in it."""


@dataclass(frozen=True)
class Connection:
    """Where the agent is, and the basic-auth credential for it. `repr` leaves out the password."""

    url: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def auth(self) -> bool:
        """Whether a credential goes with the connection."""
        return self.username is not None and self.password is not None


def address(url: str) -> tuple[str, int]:
    """The CLI's `url` and `port` for an agent's URL: `https://host:8443` is `https://host`, 8443.

    Without a port in the URL it is the scheme's own, 443 for https. A bare host is https. Raises
    WizardError for what is no plain address of a host, because the CLI appends its paths to it.
    """
    full = url if "://" in url else f"https://{url}"
    try:
        parts = urlsplit(full)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise _no_address(url) from None
    extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if not parts.hostname or extra:
        raise _no_address(url)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}", port


def _no_address(url: str) -> WizardError:
    shown = url.rsplit("@", 1)[-1]
    return WizardError(
        f"`{shown}` is not an agent's address.",
        "The formae CLI needs a scheme, a host and optionally a port, and nothing else.",
        "Use an address such as https://agent.example.com.",
    )


def has_connection(version: Version | None) -> bool:
    """Whether the CLI takes `cli.connection`; an unknown one gets the form that all understand."""
    return at_least(version, CONNECTION)


def connection_config(
    version: Version | None, url: str, port: int, username: str | None, password: str | None
) -> str:
    """A whole CLI config that says nothing but the connection, for the CLI of that version.

    Raises WizardError where a credential is asked of a CLI too old to hold one.
    """
    connection = Connection(url, port, username, password)
    check_auth(version, connection)
    head = [f'amends "{CONFIG}"', *([import_clause("AuthBasic")] if connection.auth else [])]
    body = cli_lines(version, connection, "AuthBasic")
    return "\n".join([*head, "", rendered(body, "  ")]) + "\n"


def check_auth(version: Version | None, connection: Connection) -> None:
    """Raise WizardError where the CLI is known to be too old for basic auth."""
    if connection.auth and version is not None and version < AUTH:
        raise WizardError(
            f"formae {version} cannot sign in to the agent.",
            f"Basic authentication needs formae {AUTH} or later.",
            "Update the formae CLI to the agent's version.",
        )


def import_clause(name: str) -> str:
    """The import of the auth plugin's classes under `name`."""
    return f'import "{AUTH_BASIC}" as {name}'


def cli_lines(version: Version | None, connection: Connection, plugin: str) -> Lines:
    """The whole `cli` block. `plugin` is the auth plugin's name in the document."""
    auth = auth_lines(connection, plugin) if connection.auth else []
    if has_connection(version):
        inner = block("connection = new Classic", [*address_lines(connection), *auth])
    else:
        inner = [*block("api", address_lines(connection)), *auth]
    return block("cli", inner)


def address_lines(connection: Connection) -> Lines:
    """The two lines that say where the agent is."""
    return [(0, f"url = {pkl_string(connection.url)}"), (0, f"port = {connection.port}")]


def auth_lines(connection: Connection, plugin: str) -> Lines:
    """The `auth` member for a connection that has a credential."""
    username, password = connection.username or "", connection.password or ""
    values: Lines = [
        (0, f"username = {pkl_string(username)}"),
        (0, f"password = {pkl_string(password)}"),
    ]
    return block(f"auth = new {plugin}.CliConfig", values)


def block(head: str, inner: Lines) -> Lines:
    """The lines of a Pkl block: `head { inner }`."""
    return [(0, f"{head} {{"), *((depth + 1, line) for depth, line in inner), (0, "}")]


def rendered(lines: Lines, unit: str, indent: str = "", newline: str = "\n") -> str:
    """The lines as text, `unit` deeper at each level, without a last newline."""
    return newline.join(f"{indent}{unit * depth}{line}" for depth, line in lines)


def current_connection(text: str) -> Connection | None:
    """What a CLI config says now, as far as it says it in plain literals; None where it does not.

    Both forms are read, whatever the CLI's version; never raises.
    """
    try:
        document = Document(text)
    except PklSyntaxError:
        return None
    for cli in document.bodies(document.top(), "cli"):
        inner = document.members(cli)
        for name in ("connection", "api"):
            for place in document.bodies(inner, name):
                within = document.members(place)
                holder = within if name == "connection" else inner
                return None if _hosted(place) else _connection(document, within, holder)
    return None


def _hosted(place: Body) -> bool:
    return place.made.rsplit(".", 1)[-1] == "Hosted"


def _connection(document: Document, place: list[Member], holder: list[Member]) -> Connection | None:
    url = document.plain(place, "url", _SCHEMA_URL)
    port = _number(document, place)
    if url is None or port is None:
        return None
    for auth in document.bodies(holder, "auth"):
        inner = document.members(auth)
        username = document.plain(inner, "username", None)
        password = document.plain(inner, "password", None)
        return Connection(url, port, username, password)
    return Connection(url, port)


def _number(document: Document, members: list[Member]) -> int | None:
    for member in members:
        if member.name == "port" and not member.local and member.value is not None:
            try:
                return int(document.string(member.value), 0)
            except ValueError:
                return None
    return _SCHEMA_PORT
