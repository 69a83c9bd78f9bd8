"""What an agent's config says of its datastore, whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.local.formae.document import Document, Member
from wizard.local.formae.tokens import PklSyntaxError

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
