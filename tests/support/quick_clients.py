"""botocore makes the class of a service's clients anew for every client, and copies hundreds of
handlers for each, which takes longer than a call. In the tests it makes a class once in a process,
and copies what changes; what a client does is botocore's own."""

import copy
import io
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from botocore import hooks
from botocore.awsrequest import AWSResponse
from botocore.client import ClientCreator
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from urllib3 import HTTPResponse

from tests.support.deployed import ACCOUNTS

if TYPE_CHECKING:
    from wizard.standin.server import StandIn


@contextmanager
def shared_classes() -> Iterator[None]:
    """Within it, models of services and the classes of clients made of them are kept."""
    models: dict[int, Any] = {}
    classes: dict[int, Any] = {}
    load, make = ClientCreator._load_service_model, ClientCreator._create_client_class

    def model(creator: Any, name: str, api_version: str | None = None) -> Any:
        made = load(creator, name, api_version)
        return models.setdefault(id(made._service_description), made)  # which lives on, by this

    def once(creator: Any, name: str, model: Any) -> Any:
        if id(model) not in classes:
            classes[id(model)] = make(creator, name, model)
        return classes[id(model)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientCreator, "_load_service_model", model)
        patch.setattr(ClientCreator, "_create_client_class", once)
        yield


class Handlers(hooks._PrefixTrie):  # type: ignore[misc]
    """The tree of handlers; a copy has all nodes in common until one of the two gets another.

    A node is a dict, and belongs to the tree whose `owner` it names.
    """

    _root: dict[str, Any]
    owner: object = None

    def __copy__(self) -> "Handlers":
        new = Handlers()
        new._root, new.owner, self.owner = self._root, object(), object()
        return new

    def append_item(self, key: str, value: Any, section: int = hooks._MIDDLE) -> None:
        """Add a handler of an event."""
        node = self._root = self._own(self._root)
        for part in key.split("."):
            empty = {"chunk": part, "values": None, "children": {}, "owner": self.owner}
            child = self._own(node["children"].get(part, empty))
            node["children"][part] = node = child
        if node["values"] is None:
            node["values"] = hooks.NodeList([], [], [])
        node["values"][section].append(value)

    def remove_item(self, key: str, value: Any) -> None:
        """Remove a handler of an event; ValueError where there is none."""
        self._root = self._recursive_copy(self._root)
        super().remove_item(key, value)

    def _own(self, node: dict[str, Any]) -> dict[str, Any]:
        if node.get("owner") is self.owner:
            return node
        children, values = dict(node["children"]), copy.copy(node["values"])
        return {**node, "children": children, "values": values, "owner": self.owner}


class Aliases(hooks.EventAliaser):  # type: ignore[misc]
    """What botocore calls an event today; it is the same in every session, and found once."""

    known: dict[str, str] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, emitter: Any, aliases: Any = None) -> None:
        super().__init__(emitter, aliases)
        if self._event_aliases is hooks.EVENT_ALIASES:
            self._alias_name_cache = self.known

    def __copy__(self) -> "Aliases":
        return Aliases(copy.copy(self._emitter), self._event_aliases)


@contextmanager
def shared_handlers() -> Iterator[None]:
    """Within it, the handlers of all services are registered once, for all sessions and clients;
    they are copied when they change."""
    register, builtin = Session._register_builtin_handlers, list[Handlers]()

    def registered(session: Any, events: Any) -> None:
        if builtin:
            events._emitter._handlers = copy.copy(builtin[0])
        else:
            register(session, events)
            builtin.append(copy.copy(events._emitter._handlers))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hooks, "_PrefixTrie", Handlers)
        patch.setattr("botocore.session.EventAliaser", Aliases)
        patch.setattr(Session, "_register_builtin_handlers", registered)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_clients() -> Iterator[None]:
    """Of every client, only what is its own is made."""
    with shared_classes(), shared_handlers():
        yield


@pytest.fixture(scope="session")
def http_sessions() -> Iterator["weakref.WeakSet[URLLib3Session]"]:
    """All that clients have made, for as long as they live."""
    made, init = weakref.WeakSet[URLLib3Session](), URLLib3Session.__init__

    def noted(session: Any, *given: Any, **named: Any) -> None:
        init(session, *given, **named)
        made.add(session)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLLib3Session, "__init__", noted)
        yield made


@pytest.fixture(autouse=True)
def connections_end_with_their_test(
    http_sessions: "weakref.WeakSet[URLLib3Session]",
) -> Iterator[None]:
    """They are kept open, as on AWS; garbage is collected too rarely here to close them."""
    yield
    for each in list(http_sessions):
        pools = each._manager.pools
        for key in pools.keys():  # noqa: SIM118 - it is no mapping that one may walk
            pools[key].close()
        each.close()


@pytest.fixture(scope="session", autouse=True)
def calls_of_one_process_stay_in_it() -> Iterator[None]:
    """To the stand-in of this very process a request goes without a connection.

    It takes more time than all that botocore and the stand-in do. Whatever disturbs a connection,
    and every other process, has a real one.
    """
    send = URLLib3Session.send

    def sent(session: Any, request: Any) -> Any:
        standin = ACCOUNTS.standin
        if standin and request.url.startswith(standin.world.endpoint) and _undisturbed(standin):
            return _answered(standin, request)
        return send(session, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLLib3Session, "send", sent)
        yield


def _undisturbed(standin: "StandIn") -> bool:
    behaviour = standin.behaviour
    return not (behaviour.faults or behaviour.latency or behaviour.skew)


def _answered(standin: "StandIn", request: Any) -> Any:
    body, url = request.body or b"", urlsplit(request.url)
    sent = body.encode() if isinstance(body, str) else bytes(body)
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
        "QUERY_STRING": url.query,
        "RAW_URI": f"{url.path or '/'}{'?' if url.query else ''}{url.query}",
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": url.hostname,
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(sent),
        "wsgi.errors": sys.stderr,
        "HTTP_HOST": url.netloc,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = text
    environ["CONTENT_LENGTH"] = str(len(sent))
    begun: list[tuple[str, Any]] = []
    answer = b"".join(standin.answer(environ, lambda *given: begun.append(given)))
    ((status, headers),) = begun
    raw = HTTPResponse(io.BytesIO(answer), headers, int(status.split()[0]), preload_content=False)
    return AWSResponse(request.url, raw.status, raw.headers, raw)
