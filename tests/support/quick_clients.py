"""botocore makes the class of a service's clients anew for every client, and copies hundreds of
handlers for each, which takes longer than a call. In the tests it makes a class once in a process,
and copies what changes; what a client does is botocore's own."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import hooks
from botocore.client import ClientCreator
from botocore.session import Session


@pytest.fixture(scope="session", autouse=True)
def one_class_for_each_service() -> Iterator[None]:
    """Models of services, and the classes of clients made of them, are kept."""
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


@pytest.fixture(scope="session", autouse=True)
def handlers_are_copied_when_they_change() -> Iterator[None]:
    """The handlers of all services are registered once, and shared by all sessions and clients."""
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
