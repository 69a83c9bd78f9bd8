"""Databases without PostgreSQL: a catalogue that knows logins and database names, nothing more."""

import base64
import copy
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wizard.standin.dataapi.databases import Column, Rows, SqlError

NAME = r'("[^"]+"|[A-Za-z_][\w$]*)'
SELECT_ONE = re.compile(r"select\s+1(?:\s+as\s+(\w+))?", re.I)
LOOKUP = re.compile(
    r"select\s+(1|datname)\s+from\s+(?:pg_catalog\.)?pg_database"
    r"(?:\s+where\s+datname\s*=\s*(?::(\w+)|'([^']*)'))?",
    re.I,
)
USABLE = re.compile(
    r"select\s+datname\s+from\s+pg_database\s+where\s+datname\s*=\s*:(\w+)\s+and\s+"
    r"pg_has_role\(datdba,\s*'USAGE'\)",
    re.I,
)
TAKE_OVER = re.compile(r"do\s+\$\$\s.*datname\s*=\s*'([^']*)'.*nologin.*grant.*\$\$", re.I | re.S)
SHARED = re.compile(r"(start\s+transaction|commit|reassign\s+owned\s+by\s+.*)", re.I)
"""What has nothing to do with names alone."""
STRAY = re.compile(
    r"select\s+datname\s+from\s+pg_database\s+where\s+pg_get_userbyid\(datdba\)\s*=\s*'([^']*)'"
    r"\s+and\s+datname\s*<>\s*'([^']*)'",
    re.I,
)
FUNCTION = re.compile(r"select\s+(version\(\)|current_database\(\)|current_user)", re.I)
CREATE = re.compile(rf"create\s+database\s+{NAME}(?:\s+(?:with\s+)?owner\s*=?\s*{NAME})?", re.I)
DROP = re.compile(
    rf"drop\s+database\s+(if\s+exists\s+)?{NAME}(?:\s+(?:with\s+)?\(\s*force\s*\))?", re.I
)
ROLES = re.compile(r"select\s+1\s+from\s+pg_roles\s+where\s+rolname\s*=\s*'([^']*)'", re.I)
ROLE = re.compile(rf"(create|alter)\s+role\s+{NAME}(?:(?:\s+login)?\s+password\s+'([^']*)')?", re.I)
MEMBER = re.compile(rf"(?:grant|revoke)\s+{NAME}\s+(?:to|from)\s+{NAME}", re.I)
VERIFIER = re.compile(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):.+")
OWNER = re.compile(rf"alter\s+database\s+{NAME}\s+owner\s+to\s+{NAME}", re.I)
VERSION = "PostgreSQL 16.13 on x86_64-pc-linux-gnu (stand-in)"


@dataclass(slots=True)
class Server:
    """One cluster: its master user and its databases."""

    user: str
    password: str
    names: set[str] = field(default_factory=set)
    roles: dict[str, str] = field(default_factory=dict)
    """What is kept of the passwords of other users, by their names."""
    owners: dict[str, str] = field(default_factory=dict)
    """The owners of databases that are not the master user's."""
    members: set[tuple[str, str]] = field(default_factory=set)
    """Roles, each with a user who has what it has."""


class CatalogueOnly:
    """The databases of all clusters, as names."""

    def __init__(self) -> None:
        self._servers: dict[str, Server] = {}
        self._snapshots: dict[str, Server] = {}

    def create(self, cluster: str, user: str, password: str, database: str) -> None:
        """A new cluster with its master user; `database` may be empty."""
        names = {"postgres", "template0", "template1", "rdsadmin"} | (
            {database} if database else set()
        )
        self._servers[cluster] = Server(user, password, names)

    def set_password(self, cluster: str, password: str) -> None:
        """Change the master user's password."""
        self._servers[cluster].password = password

    def connect(self, cluster: str, user: str, password: str, database: str) -> "CatalogueSession":
        """Log in. Raises SqlError for a wrong login or a missing database."""
        server = self._servers[cluster]
        own = server.roles.get(user)
        if (user, password) != (server.user, server.password) and not (
            own and proves(password, own)
        ):
            message = f'FATAL: password authentication failed for user "{user}"'
            raise SqlError(message, "28P01")
        if database not in server.names:
            raise SqlError(f'FATAL: database "{database}" does not exist', "3D000")
        return CatalogueSession(server, database, user)

    def keep(self, cluster: str, snapshot: str) -> None:
        """Put the cluster's databases aside as they are, under a snapshot's ARN."""
        self._snapshots[snapshot] = copy.deepcopy(self._servers[cluster])

    def restore(self, snapshot: str, cluster: str, password: str) -> None:
        """A new cluster with what was put aside; with a `password`, that is its master user's."""
        self._servers[cluster] = copy.deepcopy(self._snapshots[snapshot])
        if password:
            self.set_password(cluster, password)

    def forget(self, snapshot: str) -> None:
        """What was put aside under that ARN is gone."""
        self._snapshots.pop(snapshot, None)

    def drop(self, cluster: str) -> None:
        """The cluster and all its databases are gone."""
        self._servers.pop(cluster, None)

    def reset(self) -> None:
        """All clusters are gone."""
        self._servers.clear()
        self._snapshots.clear()


def proves(password: str, kept: str) -> bool:
    """Whether that is the password of which a SCRAM verifier is kept, or the password itself."""
    found = VERIFIER.fullmatch(kept)
    if found is None:
        return password == kept
    salt = base64.b64decode(found[2])
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, int(found[1]))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return base64.b64decode(found[3]) == stored


class CatalogueSession:
    """A login to one database of the catalogue."""

    def __init__(self, server: Server, database: str, user: str) -> None:
        self._server = server
        self._database = database
        self._user = user
        self._in_transaction = False

    def run(self, sql: str, params: dict[str, Any]) -> Rows:
        """Run one of the few statements the catalogue knows."""
        statements: list[tuple[re.Pattern[str], Callable[..., Rows]]] = [
            (SELECT_ONE, self._one),
            (LOOKUP, self._lookup),
            (FUNCTION, self._function),
            (USABLE, self._usable),
            (TAKE_OVER, self._take_over),
            (SHARED, lambda *_: Rows()),
            (STRAY, self._stray),
            (CREATE, self._create),
            (DROP, self._drop),
            (ROLES, self._roles),
            (ROLE, self._role),
            (MEMBER, self._member),
            (OWNER, self._owner),
        ]
        text = sql.strip().removesuffix(";").strip()
        for pattern, method in statements:
            if match := pattern.fullmatch(text):
                return method(match, params)
        raise SqlError(
            f"ERROR: the stand-in's catalogue does not know this statement: {text}", "0A000"
        )

    def begin(self) -> None:
        """Start a transaction."""
        self._in_transaction = True

    def commit(self) -> None:
        """End a transaction."""
        self._in_transaction = False

    def rollback(self) -> None:
        """End a transaction. Nothing the catalogue does in one could be undone."""
        self._in_transaction = False

    def close(self) -> None:
        """End the login."""

    def _one(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        return _rows(match[1] or "?column?", "int4", [1])

    def _lookup(self, match: re.Match[str], params: dict[str, Any]) -> Rows:
        what, parameter, literal = match.groups()
        names = sorted(self._server.names)
        if parameter and parameter not in params:
            raise SqlError(f"ERROR: there is no parameter :{parameter}", "42P02")
        if parameter or literal is not None:
            names = [
                name for name in names if name == (params[parameter] if parameter else literal)
            ]
        if what == "1":
            return _rows("?column?", "int4", [1] * len(names))
        return _rows("datname", "name", names)

    def _function(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        name = match[1].lower().removesuffix("()")
        values = {
            "version": ("text", VERSION),
            "current_database": ("name", self._database),
            "current_user": ("name", self._user),
        }
        kind, value = values[name]
        return _rows(name, kind, [value])

    def _create(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        self._outside_transactions("CREATE DATABASE")
        name, owner = _name(match[1]), _name(match[2] or self._user)
        self._demand_master("create database")
        self._demand_role(owner)
        if name in self._server.names:
            raise SqlError(f'ERROR: database "{name}" already exists', "42P04")
        self._server.names.add(name)
        self._server.owners[name] = owner
        return Rows()

    def _drop(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        self._outside_transactions("DROP DATABASE")
        name = _name(match[2])
        if name == self._database:
            raise SqlError("ERROR: cannot drop the currently open database", "55006")
        if name not in self._server.names and not match[1]:
            raise SqlError(f'ERROR: database "{name}" does not exist', "3D000")
        if self._user not in {self._server.user, self._server.owners.get(name)}:
            raise SqlError(f"ERROR: must be owner of database {name}", "42501")
        self._server.names.discard(name)
        return Rows()

    def _roles(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        there = match[1] in {self._server.user, *self._server.roles}
        return _rows("?column?", "int4", [1] * there)

    def _role(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        verb, name = match[1].lower(), _name(match[2])
        there = name in {self._server.user, *self._server.roles}
        if self._user != name or verb == "create":
            self._demand_master("create role")
        if verb == "create" and there:
            raise SqlError(f'ERROR: role "{name}" already exists', "42710")
        if verb == "alter":
            self._demand_role(name)
        self._server.roles[name] = match[3] or ""
        return Rows()

    def _usable(self, match: re.Match[str], params: dict[str, Any]) -> Rows:
        name = params[match[1]]
        owner = self._server.owners.get(name, self._server.user)
        mine = self._user == owner or (owner, self._user) in self._server.members
        return _rows("datname", "name", [name] * (mine and name in self._server.names))

    def _take_over(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        self._demand_master("alter role")
        if match[1] not in self._server.names:
            message = f"ERROR: The snapshot has no database called {match[1]}"
            raise SqlError(message, "P0001")
        owner = self._server.owners.get(match[1], self._server.user)
        self._server.roles[owner] = ""
        self._server.members.add((owner, self._user))
        return Rows()

    def _stray(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        owners = self._server.owners
        found = (name for name, owner in owners.items() if owner == match[1] and name != match[2])
        return _rows("datname", "name", sorted(found))

    def _member(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        self._demand_master("grant role")
        self._demand_role(_name(match[1]))
        return Rows()

    def _owner(self, match: re.Match[str], _: dict[str, Any]) -> Rows:
        self._demand_master("alter database")
        self._demand_role(_name(match[2]))
        self._server.owners[_name(match[1])] = _name(match[2])
        return Rows()

    def _demand_master(self, what: str) -> None:
        if self._user != self._server.user:
            raise SqlError(f"ERROR: permission denied to {what}", "42501")

    def _demand_role(self, name: str) -> None:
        if name not in {self._server.user, *self._server.roles}:
            raise SqlError(f'ERROR: role "{name}" does not exist', "42704")

    def _outside_transactions(self, command: str) -> None:
        if self._in_transaction:
            raise SqlError(f"ERROR: {command} cannot run inside a transaction block", "25001")


def _name(written: str) -> str:
    return written[1:-1] if written.startswith('"') else written.lower()


def _rows(name: str, kind: str, values: list[Any]) -> Rows:
    return Rows(columns=[Column(name=name, type_name=kind)], rows=[(value,) for value in values])
