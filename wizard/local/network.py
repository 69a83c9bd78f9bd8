"""What this machine says of the way to AWS: proxy and certificates, as AWS's library reads them."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from wizard.base.errors import ExitCode, WizardError
from wizard.base.fan_out import fan_out
from wizard.local.aws_files import read
from wizard.local.profiles import meant

CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
OURS = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Those that AWS's library does not read."""


ADDRESS_VARIABLE = "FORMAE_WIZARD_ADDRESS"
"""This machine's public address, where it is known better; `off` asks nobody."""
ASKED = "https://checkip.amazonaws.com"
"""AWS's own page that says from where it is called."""
WITHIN = 2.0
"""Seconds that asking may take."""
USUAL = "https://sts.amazonaws.com"
NO_ADDRESS = "that is no address"


def own_address() -> str:
    """This machine's public address, as AWS sees it; empty where nobody says. Never raises."""
    known = os.environ.get(ADDRESS_VARIABLE, "")
    if not known:
        known = fan_out({"": _asked}, limit=WITHIN).get("", "")
    try:
        return str(ip_address(known.strip()))
    except ValueError:
        return ""


def _asked() -> str:
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        with urlopen(ASKED, timeout=WITHIN) as answer:
            text: str = answer.read(100).decode("ascii", "replace")
    except (OSError, ValueError, HTTPException):
        return ""
    return text


def problem(profile: str = "") -> WizardError | None:
    """What no call to AWS gets past; None where nothing is known to be in the way."""
    used = next((each for each in bundles(profile) if each[0] not in OURS), None)
    return _proxy() or (unread(*used) if used else None)


def bundles(profile: str = "") -> Iterator[tuple[str, str]]:
    """Who names a file of certificates, and the file; the first counts for AWS."""
    name = meant(profile).name
    own = read().profiles.get(name, {}).get("ca_bundle", "")
    named = [(each, os.environ.get(each, "")) for each in CERTIFICATES]
    if not named[0][1]:
        named[0] = f"ca_bundle of the profile {name}", own
    yield from ((each, path) for each, path in named if path)


def unread(name: str, path: str) -> WizardError | None:
    """That the file which `name` names has no certificates; None where it has."""
    why = _unreadable(Path(path).expanduser())
    if not why:
        return None
    return WizardError(
        f"{name} points to {path}, which contains no readable certificates.",
        why,
        f"Set {name} to a readable PEM file, or unset it.",
        ExitCode.NOT_READY,
        entry="FW-NET-003",
    )


def _proxy() -> WizardError | None:
    url = getproxies_environment().get("https", "")
    host = urlsplit(os.environ.get("AWS_ENDPOINT_URL") or USUAL).hostname
    if not url or proxy_bypass(host or ""):
        return None
    name = next(each for each in ("https_proxy", "HTTPS_PROXY") if os.environ.get(each))
    shown = without_password(url)
    scheme = url.partition("://")[0].lower() if "://" in url else "http"
    if shown != NO_ADDRESS and scheme in {"http", "https"}:
        return None
    why = f"It is {shown}." if shown != NO_ADDRESS else "It is no address of a proxy."
    if scheme.startswith("socks"):
        why = f"{shown} is a SOCKS proxy, which AWS's library cannot use."
    return WizardError(
        f"The environment variable {name} names a proxy that AWS cannot be reached through.",
        why,
        f"Let {name} name an HTTP proxy (http://host:port), or unset it where AWS is reached "
        "directly.",
        ExitCode.NOT_READY,
        entry="FW-NET-005",
    )


def without_password(url: str) -> str:
    """A proxy's address as it may be shown."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return NO_ADDRESS
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return f"{scheme}{parts.hostname or '?'}{port}"


def _unreadable(path: Path) -> str:
    """Why it cannot be used; empty when it can."""
    if path.is_dir():
        return ""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return "It is not a PEM file with certificates."
    except OSError as error:
        return f"The system says: {error.strerror}."
    return ""
