"""Looks at this machine: the image, the formae CLI, the clock, proxy and certificates."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import getproxies_environment

from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.offer import offer
from wizard.engine.account.image import another_image, moved
from wizard.engine.preflight.check import CheckContext, Said, fine, problem, unknown, warning
from wizard.local import network
from wizard.local.files import unwritable
from wizard.local.formae.client import CLI_VARIABLE
from wizard.local.image.names import registry_of
from wizard.local.network import without_password

if TYPE_CHECKING:
    from wizard.local.image.way import Way

MISSING = frozenset({"FW-DOCK-008", "FW-DOCK-009", "FW-DOCK-027"})
"""What a registry says of an image that it does not have, by the catalogue's codes."""
ECR = ".dkr.ecr."
ROOM = 2_000_000_000
"""Bytes an engine needs at most while it copies the image; a guess on the safe side."""
SKEW_NOTICED, SKEW_FATAL = 60, 300
"""Seconds. AWS refuses what was signed more than five minutes ago."""


def image(context: CheckContext) -> Said:
    """The image is there, and how it travels: by a copy, or AWS pulls it itself."""
    if not context.answers.copied:
        return _pulled(context)
    if context.kept("image"):
        return _compared(context)
    found = context.machine.image()
    troubles = [*_of_the_engine(found), *_of_the_size(found, context)]
    return warning(*troubles) if troubles else fine(found.words)


def _pulled(context: CheckContext) -> Said:
    """AWS pulls the image from where it is published, without a login of this machine's."""
    answers, host = context.answers, offer(context.answers.host)
    registry = registry_of(answers.image_source)
    try:
        found = context.machine.image()
    except WizardError as trouble:
        if trouble.entry in MISSING:
            raise
        return unknown(f"not checked: {trouble.what.rstrip('.')}", trouble)
    if found.source is None or found.image is None:
        return unknown(f"not checked: {found.why.removeprefix('because ')}")
    if found.source.login and ECR not in registry:
        return warning(_private(answers.image_source, host.label))
    with contextlib.suppress(WizardError, AwsError):
        if other := moved(context.call, answers, found):
            return warning(other)
    if large := [*_of_the_size(found, context)]:
        return warning(*large)
    return fine(f"{found.about}; AWS pulls it from {registry}, no copy is needed")


def _private(source: str, host: str) -> WizardError:
    return WizardError(
        f"{source} can only be read with a login.",
        f"{host} pulls the image itself, and does not have this machine's login.",
        "Choose a public image, or one in an ECR repository of this account (--image-source).",
        entry="FW-DOCK-012",
    )


def _compared(context: CheckContext) -> Said:
    """The image is in ECR: whether it is the source's, as far as that can be known."""
    try:
        found = context.machine.image()
        if not found.digests:
            return _not_compared(found, asked=context.answers.replace_image)
        other = another_image(context.call, context.answers, found)
    except (WizardError, AwsError) as trouble:
        why = trouble.what if isinstance(trouble, WizardError) else trouble.message
        return fine(f"already in ECR; not compared with its source: {why.rstrip('.')}")
    return warning(other) if other else fine("already in ECR, the same as its source's")


def _not_compared(way: Way, *, asked: bool) -> Said:
    why = way.why.removeprefix("because ")
    if not asked:
        return fine(f"already in ECR; not compared with its source: {why}")
    return warning(
        WizardError(
            "The image in ECR is kept: it cannot be compared with its source.",
            f"{why[:1].upper()}{why[1:]}, and its digest there is not known.",
            "To push it again, first delete the image in ECR.",
            entry="FW-IMG-004",
        )
    )


def _of_the_engine(way: Way) -> Iterator[WizardError]:
    if way.free is not None and way.free < ROOM:
        yield WizardError(
            f"Docker's disk has only {way.free / 1e9:.1f} GB left.",
            "The image passes through the Docker engine, which keeps a copy.",
            "Free some space, for example with `docker system prune`, or continue: the image may "
            "fit.",
            entry="FW-DOCK-001",
        )
    if way.trouble:
        yield WizardError(
            "The image will be pulled without a login.",
            f"{way.trouble} A public image needs none.",
            "If the image is private, fix that, or log in again with `docker login`.",
            entry="FW-DOCK-025",
        )


def _of_the_size(way: Way, context: CheckContext) -> Iterator[WizardError]:
    host = offer(context.answers.host)
    if 2 * way.size > host.storage or way.kept > host.storage:
        size = f"{way.size / 1e9:.1f} GB compressed, and at least as much again unpacked"
        if way.kept:
            size = f"{way.kept / 1e9:.1f} GB in the engine, and more with its compressed layers"
        yield WizardError(
            f"The image has {size}.",
            f"{host.label} has {host.storage / 1e9:.0f} GB for both together.",
            "Choose a smaller image, or continue: AWS may still accept it.",
            entry="FW-IMG-003",
        )


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
    profile = context.answers.profile
    if wrong := network.problem(profile):
        return problem(wrong)
    bundles = dict(network.bundles(profile))
    for name, path in bundles.items():
        if unread := network.unread(name, path):
            return warning(unread)
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
    words = f"proxy {without_password(proxies['https'])} (HTTPS_PROXY)"
    return words + (f", not for {proxies['no']} (NO_PROXY)" if proxies.get("no") else "")


def _certificate_words(bundles: dict[str, str]) -> str:
    if not bundles:
        return "the default certificates"
    named: dict[str, list[str]] = {}
    for name, path in bundles.items():
        named.setdefault(path, []).append(name)
    told = (f"{path} ({', '.join(names)})" for path, names in named.items())
    return f"certificates from {', '.join(told)}"
