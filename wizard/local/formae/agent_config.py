"""What an agent's config says of its datastore, whoever wrote it.

What an agent's config says, as far as it says it in plain literals; nothing is evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.base.names import TAG_VALUE
from wizard.base.pkl import literal_value
from wizard.local.formae.document import Body, Document, Member, PklSyntaxError, TokenKind

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
