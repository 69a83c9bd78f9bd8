"""One session with a PostgreSQL server over TLS, as an IAM user: a role, and its database."""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from dataclasses import dataclass
from typing import Any

from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.catalogue.data import ELSEWHERE
from wizard.local import network

CONNECT_LIMIT = 10.0
STATEMENT_LIMIT = 60.0
"""Seconds until a server counts as silent."""
CLOSED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})
REFUSED = frozenset({"28000", "28P01"})
"""SQLSTATEs of a user who is not let in."""
STARTING = "57P03"
KEPT = "Nothing is lost: the same command resumes from here."


@dataclass(frozen=True, slots=True)
class DatabaseOrder:
    """A role and its database, to be made by the master user of the cluster at `host`."""

    host: str
    port: int
    master: str
    role: str
    verifier: Secret
    """What PostgreSQL is to keep of the role's password."""
    database: str


@dataclass
class NotYet(WizardError):
    """There is no session, which may pass: the server, its name or its users may be too new."""


def prepare(order: DatabaseOrder, token: Secret) -> None:
    """Make the role and its database, or change them to match. Raises WizardError, NotYet.

    `token` is the master user's; certificates are those of the system, or of AWS_CA_BUNDLE.
    """
    from pg8000.exceptions import DatabaseError, InterfaceError

    try:
        with contextlib.closing(_session(order, token)) as session:
            if _provide(session, order):
                with contextlib.closing(_session(order, token, order.database)) as inside:
                    _hand_over(inside, order)
            _admit(session, order)
    except DatabaseError as error:
        told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        raise _refusal(order, str(told.get("C", "")), str(told.get("M", error))) from None
    except CLOSED as error:
        raise _lost(order, error) from None
    except ssl.SSLError as error:
        raise _unproved(order, getattr(error, "verify_message", "") or str(error)) from None
    except InterfaceError as error:  # the client's own: without TLS, or closed
        if "SSL" in str(error):
            raise _unproved(order, str(error)) from None
        raise _lost(order, ConnectionError("the connection was closed")) from None
    except OSError as error:
        raise _lost(order, error) from None


def _session(order: DatabaseOrder, token: Secret, database: str = "postgres") -> Any:
    from pg8000.native import Connection

    trust = network.trust(network.bundle())
    reached = socket.create_connection((order.host, order.port), CONNECT_LIMIT)
    reached.settimeout(STATEMENT_LIMIT)
    try:
        return Connection(
            order.master,
            host=order.host,
            database=database,
            password=token.reveal(),
            ssl_context=trust,
            sock=reached,
        )
    except BaseException:
        reached.close()
        raise


def _provide(session: Any, order: DatabaseOrder) -> bool:
    """Make the role and its database; whether the database was there before.

    To give a database to a role, who is no superuser must be its member, until `_admit`.
    """
    role, database, master = map(_name, (order.role, order.database, order.master))
    known = session.run(f"SELECT 1 FROM pg_roles WHERE rolname = {_text(order.role)}")  # noqa: S608
    if not known:
        session.run(f"CREATE ROLE {role}")
    there = session.run(f"SELECT 1 FROM pg_database WHERE datname = {_text(order.database)}")  # noqa: S608
    session.run(f"GRANT {role} TO {master}")
    if there:
        session.run(f"ALTER DATABASE {database} OWNER TO {role}")
    else:
        session.run(f"CREATE DATABASE {database} OWNER {role}")
    return bool(there)


def _hand_over(inside: Any, order: DatabaseOrder) -> None:
    """Give the role what the master user owns in the database, as where it had none of its own.

    That gives away whole databases as well: the others are taken back.
    """
    role, master = map(_name, (order.role, order.master))
    inside.run("START TRANSACTION")
    inside.run(f"REASSIGN OWNED BY {master} TO {role}")
    stray = inside.run(
        "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = "  # noqa: S608
        f"{_text(order.role)} AND datname <> {_text(order.database)}"
    )
    for (other,) in stray:
        inside.run(f"ALTER DATABASE {_name(other)} OWNER TO {master}")
    inside.run("COMMIT")


def _admit(session: Any, order: DatabaseOrder) -> None:
    """Let the role sign in, as the last: who can sign in has everything."""
    role, master = map(_name, (order.role, order.master))
    session.run(f"REVOKE {role} FROM {master}")
    session.run(f"ALTER ROLE {role} LOGIN PASSWORD {_text(order.verifier.reveal())}")


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _lost(order: DatabaseOrder, error: OSError) -> WizardError:
    place = f"{order.host}, port {order.port}"
    what = f"This machine cannot connect to the database at {place}."
    why = f"The system says: {error.strerror or str(error) or type(error).__name__}."
    if error.errno in NO_ROUTE:
        why += " The gateway has IPv4 addresses only."
        return NotYet(what, why, f"{ELSEWHERE} {KEPT}", entry="FW-RDS-018")
    proxy = network.proxy_for(f"https://{order.host}")
    if proxy:
        why += f" The proxy {network.without_password(proxy)} carries web requests only."
        return NotYet(what, why, f"{ELSEWHERE} {KEPT}", entry="FW-RDS-016")
    return NotYet(what, why, f"{ELSEWHERE} {KEPT}", entry="FW-RDS-015")


def _unproved(order: DatabaseOrder, why: str) -> WizardError:
    bundle = network.bundle()
    whom = f"the certificates in {bundle}" if bundle else "this machine's certificates"
    return WizardError(
        f"The database at {order.host} cannot be verified, so nothing was sent to it.",
        f"Checked with {whom}: {why.rstrip('.')}.",
        "If a device between you and AWS inspects connections, add its certificate authority to "
        f"the file that AWS_CA_BUNDLE names. {ELSEWHERE} {KEPT}",
        entry="FW-RDS-017",
    )


def _refusal(order: DatabaseOrder, state: str, message: str) -> WizardError:
    if state in REFUSED:
        return NotYet(
            f"The database refuses the IAM token of its user {order.master}.",
            f"PostgreSQL says: {message} ({state}).",
            f"You need the permission rds-db:connect on the cluster's user {order.master}, and "
            f"this machine's clock must be right: a token is valid for 15 minutes. {KEPT}",
            entry="FW-RDS-019",
        )
    kind = NotYet if state == STARTING else WizardError
    return kind(
        f"The database refuses to create the role {order.role} and its database.",
        f"PostgreSQL says: {message} ({state}).",
        KEPT,
        entry="FW-SQL-008",
    )
