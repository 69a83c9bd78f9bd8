"""The one connection over the wire: who gets in, what is sent, and what is said where none is."""

import contextlib
import errno
import json
import os
import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus import REGION
from tests.express.test_express import applied, express, password
from tests.hostile.test_canary import forms
from tests.support.account import secret as account_secret
from tests.support.standin import client, passes
from wizard.base.errors import WizardError
from wizard.base.secret import Secret
from wizard.local.keychain import scram_verifier
from wizard.local.postgresql import DatabaseOrder, NotYet, prepare
from wizard.standin import certificate

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

PASSWORD = "canary-of-the-role-4711"


@pytest.fixture
def cluster(standin_postgres: "StandIn") -> Any:
    client("rds").create_db_cluster(
        DBClusterIdentifier="one", Engine="aurora-postgresql", WithExpressConfiguration=True
    )
    passes(60)
    (found,) = client("rds").describe_db_clusters()["DBClusters"]
    return found


@pytest.fixture
def order(cluster: Any) -> DatabaseOrder:
    verifier = Secret(scram_verifier(PASSWORD))
    return DatabaseOrder(
        cluster["Endpoint"], cluster["Port"], "postgres", 'ro"le', verifier, "state"
    )


def token(order: DatabaseOrder, region: str = REGION, user: str = "postgres") -> Secret:
    made = client("rds", region).generate_db_auth_token(order.host, order.port, user)
    return Secret(made)


def test_the_role_owns_its_database_and_nothing_else(
    standin_postgres: "StandIn", cluster: Any, order: DatabaseOrder
) -> None:
    prepare(order, token(order))
    again = replace(order, verifier=Secret(scram_verifier("another-password")))
    prepare(again, token(order))
    prepare(order, token(order))  # met, and changed to match
    session = standin_postgres.world.databases.connect(
        cluster["DBClusterArn"], order.role, PASSWORD, order.database
    )
    owns = "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = current_user"
    may = (
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    memberships = (
        "SELECT 1 FROM pg_auth_members JOIN pg_roles r ON r.oid IN (member, roleid) "
        "WHERE r.rolname = current_user"
    )
    assert session.run(owns, {}).rows == [("state",)]
    assert session.run(may, {}).rows == [(False,)]
    assert session.run(memberships, {}).rows == []
    session.run("CREATE TABLE kept (id int)", {})
    session.close()
    sent = b"".join(standin_postgres.gateways.sent)
    assert b"ALTER ROLE" in sent
    assert PASSWORD.encode() not in sent
    assert b"another-password" not in sent


@pytest.mark.parametrize("wrong", ["password", "another user's", "another region's", "old"])
def test_only_a_token_of_the_master_user_gets_in(
    wrong: str, order: DatabaseOrder, standin_postgres: "StandIn"
) -> None:
    prepare(order, token(order))
    found = {
        "password": Secret(PASSWORD),
        "another user's": token(order, user=order.role),
        "another region's": token(order, region="us-east-1"),
        "old": Secret(token(order).reveal().replace("X-Amz-Expires=900", "X-Amz-Expires=0")),
    }[wrong]
    as_whom = replace(order, master=order.role) if wrong == "password" else order
    with pytest.raises(NotYet) as refused:
        prepare(as_whom, found)
    assert refused.value.entry == "FW-RDS-019"
    assert found.reveal() not in str(refused.value)


@pytest.fixture
def shut() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def entry(order: DatabaseOrder) -> WizardError:
    with pytest.raises(WizardError) as told:
        prepare(order, Secret("token-of-nobody"))
    assert "--database new" in told.value.fix
    assert "resumes" in told.value.fix
    return told.value


def order_at(host: str, port: int) -> DatabaseOrder:
    return DatabaseOrder(host, port, "postgres", "formae", Secret("verifier"), "formae")


def test_a_closed_port_an_unknown_name_and_a_proxy(
    shut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entry(order_at("127.0.0.1", shut)).entry == "FW-RDS-015"
    assert entry(order_at("name.invalid", 5432)).entry == "FW-RDS-015"
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:3128")
    monkeypatch.delenv("NO_PROXY")
    told = entry(order_at("127.0.0.1", shut))
    assert told.entry == "FW-RDS-016"
    assert "http://proxy.example:3128" in told.why


def test_a_network_that_swallows_every_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener whose queue is full takes no connection and refuses none, as a firewall does."""
    monkeypatch.setattr("wizard.local.postgresql.CONNECT_LIMIT", 0.5)
    with contextlib.ExitStack() as held, socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        told = entry(order_at("127.0.0.1", full.getsockname()[1]))
    assert told.entry == "FW-RDS-015"
    assert "timed out" in told.why


class Recorder:
    """A proxy that ends TLS on both sides, and keeps every byte that a client sends through it."""

    def __init__(self, target: tuple[str, int], own: ssl.SSLContext, trust: str) -> None:
        self.sent = b""
        self._target, self._own = target, own
        self._trust = ssl.create_default_context(cafile=trust)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client_, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client_,), daemon=True).start()

    def _relay(self, client_: socket.socket) -> None:
        with contextlib.suppress(OSError), client_, connected(self._target) as server:
            asked = client_.recv(8)
            self.sent += asked
            server.sendall(asked)
            client_.sendall(server.recv(1))
            theirs = self._trust.wrap_socket(server, server_hostname="127.0.0.1")
            ours = self._own.wrap_socket(client_, server_side=True)
            threading.Thread(target=_copy, args=(theirs, ours), daemon=True).start()
            while part := ours.recv(65536):
                self.sent += part
                theirs.sendall(part)

    def close(self) -> None:
        self._listener.close()


connected = socket.create_connection


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)


def test_no_password_is_on_the_wire(
    standin: "StandIn", monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A whole set-up through a recording proxy: none of its passwords, in any form."""
    own, aws = certificate.make(tmp_path), os.environ["AWS_CA_BUNDLE"]
    both = tmp_path / "both.pem"
    both.write_text(own.authority.read_text() + Path(aws).read_text())
    monkeypatch.setenv("AWS_CA_BUNDLE", str(both))
    recorders: list[Recorder] = []

    def instead(address: tuple[str, int], *more: Any) -> socket.socket:
        recorders.append(Recorder(address, own.context, aws))
        return connected(("127.0.0.1", recorders[-1].port), *more)

    through = SimpleNamespace(create_connection=instead)
    monkeypatch.setattr("wizard.local.postgresql.socket", through)
    assert applied(express()) == {}
    sent = b"".join(each.sent for each in recorders)
    for each in recorders:
        each.close()
    assert b"ALTER ROLE" in sent
    assert b"SCRAM-SHA-256$" in sent
    for secret in (password(), json.loads(account_secret("formae-api-creds"))["password"]):
        assert not [form for form in forms(secret) if form in sent]


def test_a_network_without_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr("socket.create_connection", unreachable)
    assert entry(order_at("192.0.2.1", 5432)).entry == "FW-RDS-018"


def test_a_certificate_that_does_not_verify(
    order: DatabaseOrder,
    standin_postgres: "StandIn",
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate.make(tmp_path).authority))
    told = entry(order)
    assert told.entry == "FW-RDS-017"
    assert str(tmp_path) in told.why
    assert standin_postgres.gateways.sent == []


def test_something_that_does_not_speak_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            client_, _ = plain.accept()
            with client_:
                client_.recv(8)
                client_.sendall(b"N")

        threading.Thread(target=answer, daemon=True).start()
        assert entry(order_at("127.0.0.1", plain.getsockname()[1])).entry == "FW-RDS-017"
