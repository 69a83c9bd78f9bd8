"""Configs that are not ours to change, and what to say of them."""

from wizard.base.errors import WizardError
from wizard.local.formae.connection import CONFIG
from wizard.local.formae.document import Body, Document, Member

_OURS = {"api", "auth", "connection", "url", "port", "username", "password"}


def refuse(document: Document, new_form: bool, where: str) -> None:
    """Raise WizardError for a config that we must not change; `where` names it."""
    amended = document.amended()
    if amended is None or amended.uri != CONFIG:
        raise _foreign(where, amended.uri if amended else None)
    top = document.top()
    if new_form:
        _refuse_plugins(document, top, where)
    clis = _named(top, "cli")
    if not clis:
        return
    cli = _only_body(document, clis, where, "cli")
    _refuse_inside(document, cli, where)


def _refuse_inside(document: Document, body: Body, where: str) -> None:
    """The blocks of the connection: each member at most once, and written out."""
    if body.made.rsplit(".", 1)[-1] == "Hosted":
        raise _hosted(where)
    if document.generated(body) & _OURS:
        raise written_in_code(where, "cli")
    for name in sorted(_OURS):
        members = _named(document.members(body), name)
        if len(members) > 1:
            raise written_in_code(where, f"cli … {name}")
        for inner in filter(None, map(document.body, members)):
            _refuse_inside(document, inner, where)


def _refuse_plugins(document: Document, top: list[Member], where: str) -> None:
    """The CLI takes the oldest form of a credential for the connection's second one."""
    for member in _named(top, "plugins"):
        body = document.body(member)
        if body and _named(document.members(body), "authentication"):
            raise WizardError(
                f"{where} holds a credential in `plugins.authentication`.",
                "From formae 0.89 on the CLI refuses that next to `cli.connection`.",
                "Take `authentication` out of `plugins`, then run this again.",
                entry="FW-CLI-005",
            )


def _named(members: list[Member], name: str) -> list[Member]:
    return [member for member in members if member.name == name and not member.local]


def _only_body(document: Document, members: list[Member], where: str, name: str) -> Body:
    body = document.body(members[0]) if len(members) == 1 else None
    if body is None:
        raise written_in_code(where, name)
    return body


def cannot_follow(where: str, problem: str) -> WizardError:
    """The document is no Pkl that we can follow."""
    return WizardError(
        f"{where} cannot be read as Pkl: {problem}.",
        "Changing it blindly could lose something, so nothing was written.",
        "Correct it, or move it away and run this again to have a fresh one.",
        entry="FW-CLI-020",
    )


def written_in_code(where: str, name: str) -> WizardError:
    """The place of our values is computed, or there twice."""
    return WizardError(
        f"{where} does not write `{name}` out as one plain block.",
        "Its values come from elsewhere in the file, so nothing was written.",
        "Write it as a plain block, or put the connection into the file by hand.",
        entry="FW-CLI-021",
    )


def _foreign(where: str, amended: str | None) -> WizardError:
    told = f"It amends `{amended}`" if amended else "It amends no module"
    return WizardError(
        f"{where} is not a formae config.",
        f'{told}; a formae config begins with `amends "{CONFIG}"`. Nothing was written.',
        "Move the file away and run this again to have a fresh one.",
        entry="FW-CLI-022",
    )


def _hosted(where: str) -> WizardError:
    return WizardError(
        f"{where} is for a hosted formae installation.",
        "Its connection would be lost, so nothing was written.",
        "Give the agent another name, so that it gets a profile of its own.",
        entry="FW-CLI-022",
    )
