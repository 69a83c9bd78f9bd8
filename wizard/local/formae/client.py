"""The formae CLI of this machine, as the run needs it: described, configured, and asked."""

from __future__ import annotations

import os
from pathlib import Path

from wizard.base.errors import ExitCode, WizardError
from wizard.local.files import home
from wizard.local.formae.cli import Cli, Version, agent_status, find_cli
from wizard.local.formae.config import Client, ClientConfig, Compared, Connection, Written, address
from wizard.local.formae.patch import patch
from wizard.local.formae.redaction import diff
from wizard.local.formae.restore import Superseded, drop, superseded
from wizard.local.formae.restore import restore as put_back
from wizard.local.formae.store import (
    ConfigTarget,
    Store,
    activate,
    choose,
    read_config,
    read_store,
    write_config,
)

CLI_VARIABLE = "FORMAE_WIZARD_CLI"
"""Set to "off", the formae CLI of this machine is left alone: it is not the demo's."""


def describe(name: str) -> Client:
    """Which CLI this is, and where it will read the config of the deployment called `name`.

    Raises WizardError where the config folder cannot be read.
    """
    cli, target = _target(name)
    return Client(
        path=_short(target.path),
        active_now=target.active_now or "",
        must_activate=target.must_activate,
        reason=f"Reason for this file: {target.reason}.",
        now=read_config(target),
        installed=cli.path is not None,
        version=str(cli.version) if cli.version else "",
    )


def preview(client: Client, config: ClientConfig) -> str:
    """How the file would change, as a unified diff without passwords; empty for a fresh file."""
    if not client.now:
        return ""
    new = patch(client.now, _version(config), _connection(config), client.path)
    return diff(client.now, new, client.path)


def compare(config: ClientConfig) -> Compared:
    """How writing would change what is there. Raises WizardError where that cannot be read."""
    _, target = _target(config.name, config.url)
    now = read_config(target)
    new = patch(now, _version(config), _connection(config), str(target.path))
    activates = config.activate and target.must_activate
    return Compared(not now, diff(now, new, target.path.name), activates)


def write(config: ClientConfig) -> Written:
    """Put the connection into the config and, when agreed, make it the CLI's active one.

    Raises WizardError; then the config is as it was.
    """
    cli, store, target = _found(config.name, config.url)
    new = patch(read_config(target), _version(config), _connection(config), str(target.path))
    written = write_config(target, new)
    switched = config.activate and activate(target, cli, os.environ)
    note = f"{_short(written.path)} {'written' if written.changed else 'is up to date'}"
    if written.changed:
        note += _copies(written.backup, superseded(store, target.path, new, _version(config)))
    if switched:
        note += f"; profile {target.profile} is now active"
        if target.active_now:
            note += f" (previously {target.active_now})"
    elif target.must_activate:
        note += f"; use it with `formae profile use {target.profile}`"
    return Written(written.changed or switched, note)


def _copies(backup: Path | None, left: Superseded) -> str:
    """What becomes of the copies beside the file, as the end of a sentence."""
    gone, said = drop(left.worthless), ""
    if backup and backup not in gone:
        said += f"; the old one is saved as {backup.name}"
    if gone:
        said += "; no backup was kept: it would only hold the old password"
    if left.others:
        names = ", ".join(each.name for each in left.others)
        said += f"; the old password is still in {names}, beside your own settings"
    return said


def restore(name: str, url: str) -> Written:
    """Put the config back to what it was before the connection to the agent at `url`.

    Where nothing else was changed since, the content of before is back, byte by byte; where
    something was, only the connection is taken out. Raises WizardError; then it is as it was.
    """
    cli, home = _cli(), _home()
    put = put_back(read_store(cli.version, os.environ, home), name, url, os.environ)
    note = "; ".join(put.notes) or "it contains no connection to this agent"
    return Written(put.changed, note)


def ask(name: str, url: str) -> str:
    """Let the CLI ask the agent, with the config written for it; the agent's version.

    Raises WizardError with the CLI's own words.
    """
    cli, target = _target(name, url)
    if target.profile is None:
        return agent_status(cli, os.environ, config=target.path).version
    return agent_status(cli, os.environ, profile=target.profile).version


def _target(name: str, url: str | None = None) -> tuple[Cli, ConfigTarget]:
    cli, _, target = _found(name, url)
    return cli, target


def _found(name: str, url: str | None) -> tuple[Cli, Store, ConfigTarget]:
    cli = _cli()
    store = read_store(cli.version, os.environ, _home())
    return cli, store, choose(store, cli.version, name, url)


def _cli() -> Cli:
    off = os.environ.get(CLI_VARIABLE) == "off"
    return Cli(None, None, "it is switched off") if off else find_cli(os.environ)


def _home() -> Path:
    if os.environ.get("FORMAE_CONFIG_DIR"):
        return Path(os.environ.get("HOME") or "/")  # it is not looked at
    try:
        return home()
    except RuntimeError as why:
        raise WizardError(
            "There is no home folder.",
            f"The formae CLI keeps its config there, and {why}.",
            "Set HOME, or set FORMAE_CONFIG_DIR to the CLI's folder, or skip the config with "
            "--client-config no.",
            ExitCode.NOT_READY,
        ) from None


def _version(config: ClientConfig) -> Version | None:
    return Version.parse(config.version)


def _connection(config: ClientConfig) -> Connection:
    url, port = address(config.url)
    password = config.password.reveal() if config.password else None
    return Connection(url, port, config.username, password)


def _short(path: Path) -> str:
    home = os.environ.get("HOME", "")
    text = str(path)
    return "~" + text.removeprefix(home) if home and text.startswith(home + "/") else text
