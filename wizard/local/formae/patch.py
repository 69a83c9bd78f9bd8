"""Puts our connection into a formae config that exists already, and loses nothing else.

Two forms, by the CLI's version. Before `cli.connection`: `cli { api { url; port } auth = … }`.
From then on: `cli { connection = new Classic { url; port; auth = … } }`, and the CLI refuses the
two together, so the members of the other form are turned into ours or taken out.

Configs that are not ours to change, and what to say of them.
"""

from dataclasses import dataclass

from wizard.base.errors import WizardError
from wizard.base.text import literal_value, pkl_string
from wizard.local.formae import edits
from wizard.local.formae.cli import Version
from wizard.local.formae.config import (
    AUTH_BASIC,
    CONFIG,
    Connection,
    address_lines,
    auth_lines,
    block,
    check_auth,
    cli_lines,
    connection_config,
    current_connection,
    has_connection,
    import_clause,
)
from wizard.local.formae.document import Body, Document, Member, PklSyntaxError

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
                f"{where} contains a credential in `plugins.authentication`.",
                "Since formae 0.89, the CLI does not allow that together with `cli.connection`.",
                "Remove `authentication` from `plugins`, then run the command again.",
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
        "Changing it anyway could lose your settings, so nothing was written.",
        "Correct it, or move it away and run the command again to create a new one.",
        entry="FW-CLI-020",
    )


def written_in_code(where: str, name: str) -> WizardError:
    """The place of our values is computed, or there twice."""
    return WizardError(
        f"{where} does not contain `{name}` as one plain block.",
        "Its values come from elsewhere in the file, so nothing was written.",
        "Write it as a plain block, or add the connection to the file by hand.",
        entry="FW-CLI-021",
    )


def _foreign(where: str, amended: str | None) -> WizardError:
    told = f"It amends `{amended}`" if amended else "It amends no module"
    return WizardError(
        f"{where} is not a formae config.",
        f'{told}; a formae config starts with `amends "{CONFIG}"`. Nothing was written.',
        "Move the file away and run the command again to create a new one.",
        entry="FW-CLI-022",
    )


def _hosted(where: str) -> WizardError:
    return WizardError(
        f"{where} is for a hosted formae installation.",
        "Its connection would be lost, so nothing was written.",
        "Choose another name for the agent, so that it gets its own profile.",
        entry="FW-CLI-022",
    )


Path = tuple[str, ...]
_OUR_CLASSES = {"", "ApiConfig", "Classic"}


def patch(
    text: str, version: Version | None, connection: Connection, where: str = "The formae config"
) -> str:
    """`text` with this connection in it; all else stays as and where it is.

    A document without code becomes the fresh one. Patching twice is patching once. Raises
    WizardError, naming the config as `where`, for a document that we cannot follow, that is no
    formae config, or that holds what must not be replaced.
    """
    check_auth(version, connection)
    try:
        document = Document(text)
        if not document.code:
            return _fresh(text, version, connection)
        new_form = _new_form(document, version)
        refuse(document, new_form, where)
        changed = _Patch(version, connection, _plugin(document), new_form).apply(document)
        Document(changed)
    except PklSyntaxError as problem:
        raise cannot_follow(where, str(problem)) from None
    if current_connection(changed) != connection:
        raise written_in_code(where, "cli")
    return changed


def _new_form(document: Document, version: Version | None) -> bool:
    """Whether to use `cli.connection`; for an unknown CLI, whether the config has it already."""
    if version is None:
        return _body(document, ("cli", "connection")) is not None
    return has_connection(version)


def _fresh(text: str, version: Version | None, connection: Connection) -> str:
    """The fresh document, behind the comments of the old one."""
    fresh = connection_config(
        version, connection.url, connection.port, connection.username, connection.password
    )
    comments = text.strip().removeprefix("\ufeff")
    return f"{comments}\n{fresh}" if comments else fresh


def _plugin(document: Document) -> str:
    """The name that the auth plugin's module has, or may be given, in this document."""
    imports = document.imports()
    for imported in imports:
        if imported.uri == AUTH_BASIC:
            return imported.name
    taken = {imported.name for imported in imports} | {m.name for m in document.top()}
    return "AuthBasic" if "AuthBasic" not in taken else "FormaeAuthBasic"


@dataclass(frozen=True)
class _Patch:
    """One patch: each step reads the document anew and makes one small edit."""

    version: Version | None
    connection: Connection
    plugin: str
    new_form: bool

    def apply(self, document: Document) -> str:
        text = document.text
        if _body(document, ("cli",)) is None:
            text = edits.append(text, cli_lines(self.version, self.connection, self.plugin))
        text = self._connection(text) if self.new_form else self._api(text)
        return self._imported(text) if self.connection.auth else text

    def _connection(self, text: str) -> str:
        """The form from 0.89 on."""
        text = self._place(text, "connection", "api", "connection = new Classic")
        text = self._move_auth(text, ("cli",), ("cli", "connection"))
        text = _without(text, ("cli",), "api")
        text = self._address(text, ("cli", "connection"))
        return self._auth(text, ("cli", "connection"))

    def _api(self, text: str) -> str:
        """The form before 0.89."""
        if _body(Document(text), ("cli", "connection")) is not None:
            text = self._move_auth(text, ("cli", "connection"), ("cli",))
        text = self._place(text, "api", "connection", "api")
        text = _without(text, ("cli",), "connection")
        text = self._address(text, ("cli", "api"))
        return self._auth(text, ("cli",))

    def _place(self, text: str, name: str, other: str, head: str) -> str:
        """Have the block `name`: its own, the other form's under a new head, or a new one."""
        document = Document(text)
        cli = _must(document, ("cli",))
        for found in (_member(document, cli, name), _member(document, cli, other)):
            body = document.body(found) if found is not None else None
            if found is None or body is None or _class(body) not in _OUR_CLASSES:
                continue
            right = found.name == name and (name == "api" or _class(body) == "Classic")
            return text if right else edits.put_head(document, found, body, head)
        document = Document(_without(text, ("cli",), name))
        lines = block(head, address_lines(self.connection))
        return edits.add(document, _must(document, ("cli",)), lines)

    def _move_auth(self, text: str, source: Path, target: Path) -> str:
        """Move the credential's block, with its comments; take it out where it is not for us."""
        document = Document(text)
        auth = _member(document, _must(document, source), "auth")
        if auth is None:
            return text
        body = document.body(auth)
        keep = self.connection.auth and body is not None and body.made == self._class
        taken = _member(document, _must(document, target), "auth") is not None
        without = Document(edits.cut(document, auth))
        if taken or not keep:
            return without.text
        return edits.add_text(without, _must(without, target), edits.lifted(document, auth))

    def _address(self, text: str, place: Path) -> str:
        text = _set(text, place, "url", pkl_string(self.connection.url))
        return _set(text, place, "port", str(self.connection.port))

    def _auth(self, text: str, place: Path) -> str:
        """Have the credential, or have none."""
        if not self.connection.auth:
            return _without(text, place, "auth")
        body = _body(Document(text), (*place, "auth"))
        if body is None or body.made != self._class:
            document = Document(_without(text, place, "auth"))
            lines = auth_lines(self.connection, self.plugin)
            return edits.add(document, _must(document, place), lines)
        auth = (*place, "auth")
        text = _set(text, auth, "username", pkl_string(self.connection.username or ""))
        return _set(text, auth, "password", pkl_string(self.connection.password or ""))

    def _imported(self, text: str) -> str:
        """Have the import of the auth plugin."""
        document = Document(text)
        imports = document.imports()
        amended = document.amended()
        if amended is None or any(imported.uri == AUTH_BASIC for imported in imports):
            return text
        last = max([amended.last, *(imported.last for imported in imports)])
        return edits.insert_line(document, last, import_clause(self.plugin))

    @property
    def _class(self) -> str:
        return f"{self.plugin}.CliConfig"


def _class(body: Body) -> str:
    return body.made.rsplit(".", 1)[-1]


def _member(document: Document, body: Body, name: str) -> Member | None:
    found = (m for m in document.members(body) if m.name == name and not m.local)
    return next(found, None)


def _body(document: Document, path: Path) -> Body | None:
    """The body at the end of the path of names, where there is one."""
    members = document.top()
    body: Body | None = None
    for name in path:
        member = next((m for m in members if m.name == name and not m.local), None)
        body = document.body(member) if member is not None else None
        if body is None:
            return None
        members = document.members(body)
    return body


def _must(document: Document, path: Path) -> Body:
    """The body at the end of a path that an earlier step has seen or made."""
    body = _body(document, path)
    if body is None:
        raise PklSyntaxError(f"{'.'.join(path)} has no plain block", document.text, 0)
    return body


def _without(text: str, path: Path, name: str) -> str:
    document = Document(text)
    member = _member(document, _must(document, path), name)
    return text if member is None else edits.cut(document, member)


def _set(text: str, path: Path, name: str, value: str) -> str:
    """Give a member its value; one that has it already stays as it is written."""
    document = Document(text)
    body = _must(document, path)
    member = _member(document, body, name)
    if member is None:
        return edits.add(document, body, [(0, f"{name} = {value}")])
    old = document.string(member.value) if member.value is not None else ""
    same = old == value or (
        document.literal(member.value) is not None
        and document.literal(member.value) == literal_value(value)
    )
    return text if same else edits.put(document, member, value)


def unpatch(text: str, where: str = "The formae config") -> str:
    """`text` without its connection to an agent; all else stays as and where it is.

    Raises WizardError, naming the config as `where`, for a document that we cannot follow.
    """
    try:
        for path in (("cli", "connection"), ("cli", "api"), ("cli", "auth")):
            if _body(Document(text), path) is not None:
                text = _without(text, path[:-1], path[-1])
        document = Document(text)
        cli = _body(document, ("cli",))
        if cli is not None and not _inside(document, cli).strip():
            member = next(each for each in document.top() if each.name == "cli")
            text = edits.cut(document, member).rstrip() + edits.newline(text)
        return _unimported(text)
    except PklSyntaxError as problem:
        raise cannot_follow(where, str(problem)) from None


def _inside(document: Document, body: Body) -> str:
    return document.text[document.code[body.open].end : document.code[body.close].start]


def _unimported(text: str) -> str:
    """Without the auth plugin's import, where nothing of it is used any more."""
    document = Document(text)
    found = next((each for each in document.imports() if each.uri == AUTH_BASIC), None)
    if found is None or sum(token.text == found.name for token in document.code) > 1:
        return text
    return edits.cut_line(document, found.last)
