"""`python -m tests.support.forked.server SOCKET`: loads what the wizard loads, forks when asked.

SOCKET is the number of the open file that the tests ask through. It ends with them.
"""

import atexit
import fcntl
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import screens
import wizard

SERVICES = (
    *("iam", "sts", "rds", "rds-data", "ec2", "ecs", "ecr", "apprunner", "secretsmanager"),
    *("logs", "service-quotas", "pricing", "ce", "cloudformation", "freetier"),
)
"""Those whose models are read."""
LEFT = {"__main__", "standin"}
"""Rooms of the wizard that are loaded by who needs them."""


NOBODYS = "/nobodys-home"
"""The home folder while modules are loaded: what they keep of it is put right in each fork."""


def main() -> None:
    """Serve until nobody asks any more; in a fork, be the wizard."""
    os.environ["HOME"] = NOBODYS
    _load()
    _kept.extend(_keeping())
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as link:
        link.sendall(b"!")
        wanted = _forked(link)
    if wanted:
        _become(*wanted)
        try:
            runpy.run_module("wizard", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            _end(end.code)
            raise


def _forked(link: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """In a fork, what is wanted of it; None at the end of the server."""
    told, tell = os.pipe()
    while True:
        size, files, _, _ = socket.recv_fds(link, 8, 3)
        if not size:
            return None
        text = link.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)
        between = os.fork()
        if between == 0:
            child = os.fork()
            if child == 0:
                os.closerange(told, tell + 1)
                return json.loads(text), files
            os.write(tell, child.to_bytes(8, "big"))
            os._exit(0)
        os.waitpid(between, 0)  # now the child is one of whoever asks
        link.sendall(os.read(told, 8))
        for file in files:
            os.close(file)


def _end(code: object) -> None:
    """End as the interpreter does, but without taking apart what was loaded.

    Where it would have more to say, it is left to it.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    if code is None or isinstance(code, int):
        os._exit((code or 0) & 255)


def _load() -> None:
    for package in (wizard, screens):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.split(".")[1] not in LEFT:
                importlib.import_module(module.name)
    from wizard.aws.session import _loader
    from wizard.local import keychain

    keychain.ROUNDS = 4  # as in the tests' own process
    for service in SERVICES:
        for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
            _loader(None).load_service_model(service, kind)
    for data in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        _loader(None).load_data(data)


_kept: list[tuple[Any, str]] = []
"""What keeps a path in the home folder since it was loaded, and the attribute's name."""


def _keeping() -> Iterator[tuple[Any, str]]:
    """Constants, attributes of classes and defaults of functions with a path in the home folder.

    botocore has its folder of tokens so.
    """
    for module in set(sys.modules.values()) - {sys.modules[__name__]}:
        holders = [it for it in vars(module).values() if isinstance(it, type)]
        for holder in (module, *holders):
            for name, value in list(vars(holder).items()):
                if isinstance(value, str) and value.startswith(NOBODYS):
                    yield holder, name
                elif isinstance(value, FunctionType) and NOBODYS in str(value.__defaults__):
                    yield value, "__defaults__"


def _at_home(value: Any, home: str) -> Any:
    if isinstance(value, str):
        return value.replace(NOBODYS, home, 1) if value.startswith(NOBODYS) else value
    return tuple(_at_home(each, home) for each in value) if isinstance(value, tuple) else value


def _become(given: dict[str, Any], files: list[int]) -> None:
    """Take over the files, folder, variables and terminal."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if given["session"]:
        os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    if given["terminal"]:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.umask(given["umask"])
    os.chdir(given["folder"])
    os.environ.clear()
    os.environ.update(given["variables"])
    home = str(Path.home())
    for holder, name in _kept:
        setattr(holder, name, _at_home(getattr(holder, name), home))
    time.tzset()
    sys.argv[1:] = given["words"]
    sys.path[0] = given["folder"]
    unbuffered = bool(os.environ.get("PYTHONUNBUFFERED"))
    for number, (name, mode) in enumerate((("stdin", "rb"), ("stdout", "wb"), ("stderr", "wb"))):
        usual = getattr(sys, name)
        raw = open(number, mode, 0 if unbuffered and number else -1, closefd=False)  # noqa: SIM115
        errors, lines = usual.errors, number == 2 or os.isatty(number)
        text = io.TextIOWrapper(
            raw, usual.encoding, errors, line_buffering=lines, write_through=unbuffered
        )
        text.mode = mode[0]  # type: ignore[misc]
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)


if __name__ == "__main__":
    main()
