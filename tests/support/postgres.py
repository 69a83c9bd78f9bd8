"""A real PostgreSQL server behind each cluster of the stand-in: initdb once, a copy per cluster."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql as compose

from tests.support.parts import need
from wizard.standin.dataapi.databases import Column, Rows, SqlError

ADMIN = "rdsadmin"
"""The superuser, as on Aurora; the master user is none."""
START_LIMIT = 20.0
ROOM = 1_000_000_000
TOKENS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|::|%|:([A-Za-z_]\w*)")
FATAL = re.compile(r"FATAL:\s+(.*)")
QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB", "autovacuum": "off"}


class PostgresDatabases:
    """Port `Databases` of the stand-in, with servers that start at the first login."""

    def __init__(self) -> None:
        self._bin = Path(need("initdb", package="postgresql")).parent
        self._folder = Path(tempfile.mkdtemp(prefix="formae-pg-", dir=_fast_place()))
        self._owner: dict[str, Any] = (
            {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        )
        if self._owner:
            shutil.chown(self._folder, "postgres", "postgres")
        self._password = secrets.token_hex(8)
        self._servers: dict[str, Server] = {}
        self._snapshots: dict[str, Server] = {}

    def create(self, cluster: str, user: str, password: str, database: str) -> None:
        self._servers[cluster] = Server(
            self._folder / f"c{len(self._servers)}-{secrets.token_hex(4)}", user, password, database
        )

    def over_tls(self, cluster: str, port: int) -> None:
        """Let a cluster that nobody used yet be reached at this port, with TLS alone."""
        server = self._servers[cluster]
        server.port = port
        self._start(server)

    def set_password(self, cluster: str, password: str) -> None:
        server = self._servers[cluster]
        server.password = password
        if server.process:
            with self._admin(server) as admin:
                admin.execute(_role("ALTER ROLE {} PASSWORD {}", server))

    def connect(self, cluster: str, user: str, password: str, database: str) -> "PostgresSession":
        server = self._servers[cluster]
        if server.process is None and server.folder.exists():
            self._come_up(server)
        elif server.process is None:
            self._start(server)
        return PostgresSession(_connect(server, user, password, database))

    def keep(self, cluster: str, snapshot: str) -> None:
        server = self._servers[cluster]
        if server.process is None:
            self._start(server)
        _end(server, signal.SIGINT)
        self._snapshots[snapshot] = self._copied(server)

    def restore(self, snapshot: str, cluster: str, password: str) -> None:
        self._servers[cluster] = self._copied(self._snapshots[snapshot])
        if password:
            self._come_up(self._servers[cluster])
            self.set_password(cluster, password)

    def forget(self, snapshot: str) -> None:
        if server := self._snapshots.pop(snapshot, None):
            _stop(server)

    def _copied(self, server: "Server") -> "Server":
        folder = self._folder / f"c{secrets.token_hex(6)}"
        self._run("cp", "-a", str(server.folder), str(folder))
        return replace(server, folder=folder)

    def drop(self, cluster: str) -> None:
        server = self._servers.pop(cluster, None)
        if server:
            _stop(server)

    def reset(self) -> None:
        for cluster in list(self._servers):
            self.drop(cluster)
        for snapshot in list(self._snapshots):
            self.forget(snapshot)

    def close(self) -> None:
        self.reset()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, server: "Server") -> None:
        self._run("cp", "-a", str(self._template()), str(server.folder))
        self._come_up(server)
        with self._admin(server) as admin:
            admin.execute(_role("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}", server))
            for name in filter(None, {server.database, "postgres"}):
                if name != "postgres":
                    admin.execute(_named("CREATE DATABASE {}", name))
                owner = _named("ALTER DATABASE {} OWNER TO {}", name, server.user)
                admin.execute(owner)

    def _come_up(self, server: "Server") -> None:
        settings = [f"--{name}={value}" for name, value in QUICK.items()]
        settings += self._tls(server) if server.port else ["--listen_addresses="]
        command = [str(self._bin / "postgres"), "-D", str(server.folder), "-k", str(server.folder)]
        server.process = subprocess.Popen(
            [*command, "--statement_timeout=45s", *settings],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            **self._owner,
        )
        self._admin(server).close()

    def _tls(self, server: "Server") -> list[str]:
        key, certificate = server.folder / "server.key", server.folder / "server.crt"
        new = ("-newkey", "rsa:2048", "-nodes", "-subj", "/CN=cluster", "-days", "1")
        files = ("-keyout", str(key), "-out", str(certificate))
        self._run("openssl", "req", "-x509", *new, *files)
        rules = "local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
        (server.folder / "pg_hba.conf").write_text(rules)
        place = ["--listen_addresses=127.0.0.1", f"--port={server.port}", "--ssl=on"]
        return [*place, f"--ssl_cert_file={certificate}", f"--ssl_key_file={key}"]

    def _template(self) -> Path:
        template = self._folder / "template"
        if template.exists():
            return template
        secret = self._folder / "secret"
        secret.write_text(self._password)
        secret.chmod(0o644)
        program = str(self._bin / "initdb")
        options = ["--auth=scram-sha-256", f"--pwfile={secret}", f"--username={ADMIN}"]
        options += ["--encoding=UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"]
        self._run(program, *options, str(template))
        return template

    def _run(self, *command: str) -> None:
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            **self._owner,
        )

    def _admin(self, server: "Server") -> psycopg.Connection[Any]:
        """Log in as the superuser, once the server has come up."""
        end = time.monotonic() + START_LIMIT
        while True:
            try:
                return _open(server, ADMIN, self._password, "postgres")
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)


@dataclass
class Server:
    """One cluster's server."""

    folder: Path
    user: str
    password: str
    database: str
    port: int = 0
    """Where it is reached over TLS; 0 for nowhere."""
    process: "subprocess.Popen[bytes] | None" = None


class PostgresSession:
    """Port `Session`: one connection."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def run(self, sql: str, params: dict[str, Any]) -> Rows:
        try:
            cursor = self._connection.execute(
                # Prepared, for a prepared statement is one statement, as in the Data API.
                _placeholders(sql, params).encode(),
                params,
                prepare=True,
            )
            columns = [
                Column(name=it.name, type_name=_type(self._connection, it.type_code))
                for it in cursor.description or []
            ]
            rows = cursor.fetchall() if columns else []
            return Rows(
                columns=columns, rows=rows, updated=0 if columns else max(cursor.rowcount, 0)
            )
        except psycopg.Error as error:
            raise _told(error) from error

    def begin(self) -> None:
        self._connection.autocommit = False

    def commit(self) -> None:
        self._connection.commit()

    def rollback(self) -> None:
        self._connection.rollback()

    def close(self) -> None:
        self._connection.close()


def _fast_place() -> str | None:
    """Memory where there is plenty of it: a cluster is 40 MB of files, written and thrown away."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOM:
        return str(memory)
    return None


def _connect(server: Server, user: str, password: str, database: str) -> psycopg.Connection[Any]:
    try:
        return _open(server, user, password, database)
    except psycopg.OperationalError as error:
        found = FATAL.search(str(error))
        if not found:
            raise
        state = "28P01" if "authentication" in found[1] else "3D000"
        raise SqlError(f"FATAL: {found[1]}", state) from error


def _open(server: Server, user: str, password: str, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=str(server.folder),
        port=server.port or None,
        user=user,
        password=password,
        dbname=database,
        autocommit=True,
    )


def _end(server: Server, how: signal.Signals = signal.SIGQUIT) -> None:
    """Stop it; its files stay."""
    if server.process:
        server.process.send_signal(how)
        server.process.wait()
        server.process = None


def _stop(server: Server) -> None:
    _end(server)  # at once: nothing here is worth keeping
    with suppress(OSError):
        shutil.rmtree(server.folder)


def _role(text: LiteralString, server: Server) -> compose.Composed:
    name, password = compose.Identifier(server.user), compose.Literal(server.password)
    return compose.SQL(text).format(name, password)


def _named(text: LiteralString, *names: str) -> compose.Composed:
    return compose.SQL(text).format(*map(compose.Identifier, names))


def _placeholders(text: str, params: dict[str, Any]) -> str:
    """`:name` as psycopg wants it, outside of strings, comments and casts."""

    def one(match: re.Match[str]) -> str:
        if match[0] == "%":
            return "%%"
        if not match[1]:
            return match[0].replace("%", "%%")
        if match[1] not in params:
            raise SqlError(f"ERROR: there is no parameter :{match[1]}", "42P02")
        return f"%({match[1]})s"

    return TOKENS.sub(one, text)


def _type(connection: psycopg.Connection[Any], oid: int) -> str:
    known = connection.adapters.types.get(oid)
    return known.name if known else "unknown"


def _told(error: psycopg.Error) -> SqlError:
    text = f"{error.diag.severity}: {error.diag.message_primary}"
    if error.diag.statement_position:
        text += f"; Position: {error.diag.statement_position}"
    return SqlError(text, error.sqlstate or "")
