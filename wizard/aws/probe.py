"""Ask a URL once over HTTPS, with this machine's own proxy and certificate settings."""

from __future__ import annotations

import base64
import json
import os
import ssl
import urllib.error
import urllib.request
from typing import Any

from wizard.base.errors import WizardError
from wizard.plan.world import HttpAnswer

TIMEOUT = 15
LONGEST = 1_000_000
CA_VARIABLES = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a password goes only where it was meant to."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def ask(url: str, username: str | None = None, password: str | None = None) -> HttpAnswer:
    """One GET. Never raises for what the other side does; the reason is then in the answer.

    Proxies come from HTTPS_PROXY and NO_PROXY, certificates from the system, or from the file in
    AWS_CA_BUNDLE, SSL_CERT_FILE or REQUESTS_CA_BUNDLE.
    """
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310
    if username is not None and password is not None:
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=_trust()), _Stay())
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return HttpAnswer(answer.status, _parsed(answer.read(LONGEST)))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return HttpAnswer(refusal.code)
    except urllib.error.URLError as error:
        return HttpAnswer(0, reason=str(getattr(error.reason, "strerror", "") or error.reason))
    except (OSError, ValueError) as error:
        return HttpAnswer(0, reason=str(error) or type(error).__name__)


def _trust() -> ssl.SSLContext:
    file = next((os.environ[name] for name in CA_VARIABLES if os.environ.get(name)), None)
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise WizardError(
            f"The certificate file {file} cannot be used.",
            str(error),
            "Point AWS_CA_BUNDLE or SSL_CERT_FILE at a readable PEM file, or unset it.",
        ) from None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
