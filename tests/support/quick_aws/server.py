"""`python -m tests.support.quick_aws.server SOCKET`: awscli is loaded once, each call is a fork.

It ends when its standard input does, that is with the tests that started it.
"""

import contextlib
import functools
import gc
import importlib
import io
import os
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from typing import NoReturn

import awscli.clidriver  # type: ignore[import-untyped]
from botocore import hooks, session
from botocore.exceptions import UnknownServiceError

from tests.support.quick_clients import Aliases

SERVICES = (
    *("rds", "ecr", "iam", "apprunner", "secretsmanager", "sts", "rds-data"),
    *("ecs", "ec2", "logs"),
)
"""Those that a script calls: their modules and models are loaded."""
KINDS = ("service-2", "paginators-1", "waiters-2")
"""Of models."""
LONGEST = 1 << 22
"""Bytes of what a call may be given; Linux allows less."""


def main() -> None:
    """Serve until nobody holds the other end of standard input."""
    _load()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(sys.argv[1])
    listener.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    gc.freeze()
    print("ready", flush=True)
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while all(key.fileobj is listener for key, _ in selector.select()):
            link, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _call(link)
            link.close()


def _load() -> None:
    """Import and read what a call does, with a session of which only AWS's models are kept."""
    session.create_loader = functools.cache(session.create_loader)
    session.EventAliaser = Aliases
    hooks.accepts_kwargs = functools.cache(hooks.accepts_kwargs)
    driver = awscli.clidriver.create_clidriver()
    driver._get_command_table()
    for service in SERVICES:
        given = {"region_name": "us-east-1", "aws_access_key_id": "-", "aws_secret_access_key": "-"}
        driver.session.create_client(service, **given)
    loader = driver.session.get_component("data_loader")
    for kind in KINDS:
        for service in SERVICES:
            with contextlib.suppress(UnknownServiceError):  # it has none of that kind
                loader.load_service_model(service, kind)
    for late in ("awscli.customizations.ecr", "awscli.formatter", "awscli.paramfile"):
        importlib.import_module(late)


def _call(link: socket.socket) -> NoReturn:
    """In the fork: be the `aws` command."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with _ended(link) as ended:
        os.chdir(_become(link))
        threading.Thread(target=_die_with, args=(link,), daemon=True).start()
        try:
            ended.append(awscli.clidriver.main() or 0)
        except SystemExit as end:
            ended.append(end.code if isinstance(end.code, int) else 1)
    os._exit(0)


@contextlib.contextmanager
def _ended(link: socket.socket) -> Iterator[list[int]]:
    """Whatever happens inside, the client hears how it ended; a fork never becomes a server."""
    codes: list[int] = []
    try:
        yield codes
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:
        os.write(2, f"the fork of aws broke: {error!r}\n".encode())
        os._exit(1)
    link.sendall(bytes([codes[-1] & 255]))


def _become(link: socket.socket) -> str:
    """Take over the client's files, arguments and environment; returns its folder."""
    size, files, _, _ = socket.recv_fds(link, 8, 3)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    want, text = int.from_bytes(size, "big"), bytearray()
    while len(text) < want:
        text += link.recv(min(want - len(text), LONGEST))
    folder, count, *rest = (os.fsdecode(part) for part in bytes(text).split(b"\0"))
    words, environment = rest[: int(count)], rest[int(count) :]
    data = os.environ["AWS_DATA_PATH"]  # set where awscli was imported
    os.environ.clear()
    os.environ.update(line.partition("=")[::2] for line in environment)
    os.environ["AWS_DATA_PATH"] = data
    sys.argv = ["aws", *words]
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(open(number, mode, closefd=False), "utf-8", write_through=number == 2)  # noqa: SIM115
        for number, mode in enumerate(("rb", "wb", "wb"))
    )
    return folder


def _die_with(link: socket.socket) -> None:
    """A killed client takes its call with it, as the real command's process would die."""
    with contextlib.suppress(OSError):
        if not link.recv(1):
            os._exit(137)


if __name__ == "__main__":
    main()
