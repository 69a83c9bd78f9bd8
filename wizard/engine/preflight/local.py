"""Looks at this machine: Docker, the formae CLI, the clock, proxy and certificates."""

from __future__ import annotations

import contextlib
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from wizard.base.errors import ExitCode, WizardError
from wizard.engine.preflight.check import Said, fine, problem, unknown, warning
from wizard.engine.preflight.context import CheckContext
from wizard.local import profiles
from wizard.local.files import unwritable
from wizard.local.formae.client import CLI_VARIABLE

ROOM = 2_000_000_000
"""Bytes an engine needs at most while it copies the image; a guess on the safe side."""
SKEW_NOTICED, SKEW_FATAL = 60, 300
"""Seconds. AWS refuses what was signed more than five minutes ago."""
CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


def docker(context: CheckContext) -> Said:
    """The engine, unless the image is there already."""
    if context.kept("image"):
        return fine("not needed: the image is already in ECR")
    engine = context.machine.engine()
    if engine.free is not None and engine.free < ROOM:
        return warning(
            WizardError(
                f"Docker's disk has only {engine.free / 1e9:.1f} GB left.",
                "The image passes through the Docker engine, which keeps a copy.",
                (
                    "Free some space, for example with `docker system prune`, or continue: the "
                    "image may fit."
                ),
                entry="FW-DOCK-001",
            )
        )
    return fine(engine.words)


def formae(context: CheckContext) -> Said:
    """The CLI here and the agent there must be of one version."""
    wanted = context.answers.image_version
    try:
        client = context.machine.client()
    except WizardError as trouble:
        if context.answers.client_config:
            raise
        return unknown(f"not checked: {trouble.why or trouble.what}")
    why = unwritable(Path(client.path).expanduser()) if context.answers.client_config else ""
    if why:
        return problem(_no_place(client.path, why))
    if os.environ.get(CLI_VARIABLE) == "off":
        return unknown("not checked (the demo does not touch yours)")
    if client.version == wanted:
        return fine(f"formae {wanted}, same as the agent")
    if client.version:
        return warning(
            WizardError(
                f"The formae CLI here has version {client.version}, the agent will have {wanted}.",
                "The CLI only works with an agent of its own version.",
                f"Use the CLI's version for the agent (--image-version {client.version}), or "
                f"change the CLI with `formae update {wanted}`. You can also continue and do this "
                "later.",
                entry="FW-CLI-001",
            )
        )
    return warning(_no_version(wanted, installed=client.installed))


def _no_place(path: str, why: str) -> WizardError:
    return WizardError(
        f"The formae CLI's config {path} cannot be written.",
        why,
        "Make it writable, set FORMAE_CONFIG_DIR to another folder, or skip the config with "
        "--client-config no.",
        ExitCode.NOT_READY,
    )


def _no_version(wanted: str, *, installed: bool) -> WizardError:
    if installed:
        return WizardError(
            "formae is installed, but does not report its version.",
            (
                f"The agent will have version {wanted}, and the CLI only works with an agent of "
                "its own version."
            ),
            "Check `formae --version`, or continue and check later.",
            entry="FW-CLI-013",
        )
    return WizardError(
        "The formae CLI is not installed.",
        f"The agent will have version {wanted}; to use it, you need the CLI of the same version.",
        f"Install formae {wanted} (see docs.formae.io), now or after the setup.",
        entry="FW-CLI-012",
    )


def clock(context: CheckContext) -> Said:
    """Signatures hold for minutes only, so this machine's clock must be right."""
    with contextlib.suppress(WizardError):
        context.identity()  # a refusal carries AWS's time as well
    ahead = context.machine.ahead()
    if ahead is None:
        return unknown("not checked: AWS did not answer")
    if abs(ahead) < SKEW_NOTICED:
        return fine("within a minute of AWS's")
    trouble = skewed(ahead)
    return problem(trouble) if abs(ahead) > SKEW_FATAL else warning(trouble)


def skewed(ahead: float) -> WizardError:
    """What to tell of a clock that AWS's is `ahead` of."""
    minutes, seconds = divmod(round(abs(ahead)), 60)
    side = "behind" if ahead > 0 else "ahead of"
    return WizardError(
        f"This machine's clock is {minutes} min {seconds} s {side} AWS's.",
        "AWS rejects calls signed more than five minutes before or after its own time.",
        "Set the clock, for example with `timedatectl set-ntp true`, or restart the virtual "
        "machine or container that fell behind.",
        ExitCode.NOT_READY,
        entry="FW-SIGN-007",
    )


def network_settings(context: CheckContext) -> Said:
    """Through what AWS is reached, and whom it is believed to be."""
    bundles = dict(_bundles(context.answers.profile))
    for name, path in bundles.items():
        why = _unreadable(Path(path).expanduser())
        if why:
            return warning(
                WizardError(
                    f"{name} points to {path}, which contains no readable certificates.",
                    why,
                    f"Set {name} to a readable PEM file, or unset it.",
                    entry="FW-NET-003",
                )
            )
    proxies = getproxies_environment()
    if proxies.get("all") and not proxies.get("https"):
        return warning(
            WizardError(
                "ALL_PROXY is set, but calls to AWS do not use a proxy.",
                "AWS's library only reads HTTPS_PROXY.",
                "Also set HTTPS_PROXY, unless AWS is reachable directly.",
            )
        )
    return fine(f"{_proxy_words(proxies)}; {_certificate_words(bundles)}")


def _proxy_words(proxies: dict[str, str]) -> str:
    if not proxies.get("https"):
        return "no proxy"
    words = f"proxy {_without_password(proxies['https'])} (HTTPS_PROXY)"
    return words + (f", not for {proxies['no']} (NO_PROXY)" if proxies.get("no") else "")


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "not an address"
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return f"{scheme}{parts.hostname or '?'}{port}"


def _certificate_words(bundles: dict[str, str]) -> str:
    if not bundles:
        return "the default certificates"
    named: dict[str, list[str]] = {}
    for name, path in bundles.items():
        named.setdefault(path, []).append(name)
    told = (f"{path} ({', '.join(names)})" for path, names in named.items())
    return f"certificates from {', '.join(told)}"


def _bundles(profile: str) -> Iterator[tuple[str, str]]:
    yield from ((name, os.environ[name]) for name in CERTIFICATES if os.environ.get(name))
    name = profile or os.environ.get("AWS_PROFILE", "") or "default"
    own = profiles.read().profiles.get(name, {}).get("ca_bundle", "")
    if own and not os.environ.get("AWS_CA_BUNDLE"):
        yield f"ca_bundle of the profile {name}", own


def _unreadable(path: Path) -> str:
    """Why it cannot be used; empty when it can."""
    if path.is_dir():
        return ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return "It is not a PEM file with certificates."
    except OSError as error:
        return f"System error: {error.strerror}."
    return ""
