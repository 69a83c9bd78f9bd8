"""A container registry over its own HTTP API: signing in, redirects, proxies, and trying again.

What may pass is asked again, request by request, within a budget that is told; what is refused is
refused immediately, in the registry's own words.
"""

from __future__ import annotations

import functools
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import responses
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, ProxyError, SSLError

from wizard import __version__
from wizard.base.json_input import parsed_json
from wizard.base.secret import known
from wizard.local import network
from wizard.local.image.names import RegistryLogin, registry_url

CONNECT_LIMIT, READ_LIMIT = 15.0, 60.0
LARGEST = 4_000_000
"""Bytes of the largest answer that is not a layer."""
HOPS = 5
FIRST, LONGEST = 1.0, 20.0
"""Seconds of the first pause and of the longest that is not asked for."""
RENEWED_BEFORE = 15.0
"""Seconds before its end in which a token is no longer used."""
SHORTEST_TOKEN = 60.0
"""Seconds that a token holds which does not say for how long."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses of HTTP after which asking again may help."""
EXPIRED = re.compile(rb"authorization token has expired", re.IGNORECASE)
"""What ECR says of a token that ran out, with a 403."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PIECE = 2**18
"""Bytes that are read and sent at once, at most: what has arrived does not wait for more."""
AGENT = f"formae-wizard/{__version__}"
PARAMETER = re.compile(r'(\w+)="([^"]*)"')

Body = Callable[[], Iterable[Any]] | bytes
"""Bytes, or what gives pieces of them again for each try."""


@dataclass
class RefusedError(Exception):
    """The registry said no, in `words`; `status` is that of HTTP, 0 where there is none."""

    words: str
    status: int = 0
    host: str = ""


@dataclass
class PassingError(Exception):
    """The registry failed in a way that may pass; `seconds` is how long it asks to wait."""

    words: str
    seconds: float | None = None


@dataclass
class NoWayError(Exception):
    """The registry was not reached, or only failed, until the budget was used up."""

    words: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Tries:
    """How long one request is tried; all in seconds."""

    budget: float
    wait: Callable[[float], None]
    """Waits; may raise to give up."""
    tell: Callable[[str, float], None] = lambda _words, _seconds: None
    """Told why it waits and until when, as a part of a sentence, and the seconds of the pause."""
    connect: float = CONNECT_LIMIT
    read: float = READ_LIMIT
    """For a connection and each piece that is sent, and for each that is waited for."""
    now: Callable[[], float] = time.monotonic

    def pauses(self, host: str) -> Pauses:
        """The pauses of one request to that registry."""
        return Pauses(self, host)


@dataclass
class Pauses:
    """Longer and longer pauses with jitter, as long as the budget lasts from the first failure."""

    tries: Tries
    host: str
    number: int = 0
    began: float | None = None

    def after(self, words: str, seconds: float | None = None) -> None:
        """Tell what happened and wait; `seconds` is how long the registry asks for.

        Raises NoWayError once waiting is no use any more.
        """
        now = self.tries.now()
        self.began = now if self.began is None else self.began
        self.number += 1
        left = self.began + self.tries.budget - now
        longest = min(LONGEST, FIRST * 2 ** min(self.number - 1, 10))
        pause = longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, no secret
        pause = pause if seconds is None else max(seconds, 0.0)
        if pause > left:
            raise NoWayError(words, self.host)
        span = f"{left / 60:.0f} more minutes" if left >= 90 else f"{left:.0f} more s"
        told = f"{self.host}: {words}; try {self.number + 1} in {pause:.0f} s, for up to {span}"
        self.tries.tell(told, pause)
        self.tries.wait(pause)

    def moved(self) -> None:
        """Take note that it went on: the next failure is the first again."""
        self.number, self.began = 0, None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the registry said, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def _words(status: int, body: bytes) -> str:
    plain = f"HTTP {status} {responses.get(status, '')}".strip()
    try:
        told = parsed_json(body)
        if isinstance(told, dict) and "errors" in told:
            first = told["errors"][0]
            code = str(first["code"]).lower().replace("_", " ")
            return f"{code}: {first.get('message') or plain}"
        return f"{told['message']} ({plain})" if status != 404 else plain
    except (ValueError, KeyError, IndexError, TypeError):
        return plain


def _seconds(text: str) -> float | None:
    if text.strip().isdigit():
        return float(text)
    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None


def trouble_words(trouble: Exception) -> str:
    """What broke on the way, in a few words without addresses of objects."""
    inner: object = getattr(trouble, "reason", None) or trouble
    inner = getattr(inner, "original_error", inner)
    text = re.sub(r"<[^>]*object at 0x[0-9a-f]+>:? ?|\w*Connection\([^)]*\):? ?", "", str(inner))
    return text.strip(" .") or type(inner).__name__


PASSES = (PassingError, HTTPError, OSError)
"""What one try may end with while another may succeed."""


def _hopeless(trouble: Exception) -> bool:
    """Whether asking again changes nothing: certificates, a proxy that wants a password."""
    said = str(trouble).lower()
    if isinstance(trouble, SSLError) or isinstance(getattr(trouble, "reason", None), SSLError):
        return "certificate" in said or "wrong_version_number" in said
    return isinstance(trouble, ProxyError) and ("407" in said)


def _refusal(response: urllib3.BaseHTTPResponse) -> bytes:
    """What comes with a refusal, so that the connection is free again; empty where it is none."""
    if response.status < 400:
        return b""
    try:
        return response.read(LARGEST, decode_content=False)
    finally:
        response.release_conn()


def _demand_firm(status: int, headers: Mapping[str, str], data: bytes) -> None:
    """Raise PassingError where the refusal may pass."""
    if status in PASSING:
        raise PassingError(_words(status, data), _seconds(headers.get("Retry-After", "")))


def json_object(data: bytes) -> dict[str, Any]:
    """The JSON object that the registry answers with. Raises RefusedError for anything else."""
    try:
        found = parsed_json(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RefusedError("it answers with something that is not a JSON object")
    return found


@functools.cache
def _pool(proxy: str, bundle: str) -> urllib3.PoolManager:
    """Connections through a proxy where one is named; `bundle` is believed beside the system's."""
    context = network.trust(bundle)
    context.load_default_certs()
    if not proxy:
        return urllib3.PoolManager(maxsize=16, ssl_context=context)
    parts = urlsplit(proxy)
    headers = {}
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = urllib3.make_headers(proxy_basic_auth=login)
    place = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return urllib3.ProxyManager(place, maxsize=16, ssl_context=context, proxy_headers=headers)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", parts.port or usual


@dataclass(frozen=True, slots=True)
class _Token:
    header: str
    until: float


@dataclass
class Registry:
    """One repository of a registry. Safe to use from several threads.

    `renew` gives a new login where the one in use ran out; without it the login stays. Only the
    registry itself and the place that it names for tokens ever get a login or a token.
    """

    host: str
    repository: str
    tries: Tries
    login: RegistryLogin | None = None
    url: str = ""
    """Where it is; worked out from the host where it is empty."""
    renew: Callable[[], RegistryLogin] | None = None
    profile: str = ""
    """Of AWS; it may name certificates."""
    _token: _Token | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _bundle: str = field(init=False, repr=False)
    """Its certificates; read once, for an image is hundreds of requests."""

    def __post_init__(self) -> None:
        self._bundle = network.bundle(self.profile)
        self.url = (self.url or registry_url(self.host)).rstrip("/")
        if self.login and self.renew:  # as ECR's, which is good for every request
            self._token = _Token(self.login.basic, float("inf"))

    def pauses(self) -> Pauses:
        """The pauses of one request."""
        return self.tries.pauses(self.host)

    def place(self, path: str) -> str:
        """The URL of something in this repository, such as `blobs/uploads/`."""
        return f"{self.url}/v2/{self.repository}/{path}"

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        """Ask until there is an answer. `path` is as in `place`, or a URL of this registry.

        Raises RefusedError for what it refuses, but for the statuses in `also`, and NoWayError.
        """
        pauses = self.pauses()
        while True:
            try:
                return self.once(method, path, headers=headers, body=body)
            except RefusedError as refused:
                if refused.status not in also:
                    raise
                return Answer(refused.status, {}, b"")
            except PASSES as trouble:
                self.pause(trouble, pauses)

    def once(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Body = b"",
    ) -> Answer:
        """Ask once. Raises RefusedError, and of `PASSES` what `pause` waits after."""
        response = self._sent(method, path, headers or {}, body)
        try:
            data = response.read(LARGEST, decode_content=False)
        finally:
            response.release_conn()
        return Answer(response.status, response.headers, data)

    def stream(self, path: str, start: int) -> Iterator[bytes]:
        """Yield what is at `path`, from the byte `start` on, in pieces. Raises as `once`."""
        response = self._sent("GET", path, {"Range": f"bytes={start}-"} if start else {})
        try:
            left = start if response.status == 200 else 0  # it knows no ranges: pass it over
            while left and (piece := response.read(min(PIECE, left), decode_content=False)):
                left -= len(piece)
            while piece := response.read1(PIECE, decode_content=False):
                yield piece
        finally:
            response.close()

    def pause(self, trouble: Exception, pauses: Pauses) -> None:
        """Wait after one of `PASSES`. Raises NoWayError where that is no use."""
        if isinstance(trouble, PassingError):
            pauses.after(trouble.words, trouble.seconds)
            return
        words = trouble_words(trouble)
        if _hopeless(trouble):
            raise NoWayError(words, self.host)
        pauses.after(words)

    def _sent(
        self, method: str, path: str, headers: Mapping[str, str], body: Body = b""
    ) -> urllib3.BaseHTTPResponse:
        """Send a request, signed in where the registry asks for it; follow its redirects."""
        url = path if "://" in path else self.place(path)
        used = self._authorization()
        response = self._followed(method, url, headers, body, used)
        data = _refusal(response)
        ran_out = bool(self.renew and response.status == 403 and EXPIRED.search(data))
        if response.status == 401 or ran_out:
            challenge = response.headers.get("WWW-Authenticate") or "Basic"
            if now := self._signed_in(challenge, used):
                response = self._followed(method, url, headers, body, now)
                data = _refusal(response)
        if response.status < 400:
            return response
        _demand_firm(response.status, response.headers, data)
        raise RefusedError(_words(response.status, data), response.status, self.host)

    def _followed(
        self, method: str, url: str, headers: Mapping[str, str], body: Body, authorization: str
    ) -> urllib3.BaseHTTPResponse:
        for _ in range(HOPS):
            own = {"Authorization": authorization} if authorization and self._ours(url) else {}
            response = self._request(method, url, {**headers, **own}, body)
            where = response.headers.get("Location", "")
            if response.status not in REDIRECTS or not where:
                return response
            response.drain_conn()
            response.release_conn()
            before, url = url, urljoin(url, where)
            if urlsplit(before).scheme == "https" and urlsplit(url).scheme != "https":
                raise RefusedError("it redirects from HTTPS to a place without it")
        raise RefusedError(f"it redirects more than {HOPS} times")

    def _ours(self, url: str) -> bool:
        """Whether a URL is of the registry itself: only that one gets what signs us in."""
        return _origin(url) == _origin(self.url)

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: Body
    ) -> urllib3.BaseHTTPResponse:
        return _pool(network.proxy_for(url), self._bundle).request(
            method,
            url,
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **headers},
            body=body() if callable(body) else body or None,
            timeout=urllib3.Timeout(connect=self.tries.connect, read=self.tries.read),
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )

    def _authorization(self) -> str:
        """The header for the next request; empty before the registry asked for one."""
        with self._lock:
            token = self._token
        return token.header if token and token.until > self.tries.now() else ""

    def _signed_in(self, challenge: str, used: str) -> str:
        """The header of a new sign-in, as the registry's challenge asks; empty where none helps.

        Another thread's is taken, where that is newer than the one that was `used`.
        """
        with self._lock:
            token = self._token
            if token and token.header != used and token.until > self.tries.now():
                return token.header
            if used and self.renew:
                self.login = self.renew()
            kind, _, told = challenge.partition(" ")
            if kind.lower() == "bearer":
                self._token = self._bearer(dict(PARAMETER.findall(told)))
            elif self.login is None or self.login.is_token or (used and self.renew is None):
                return ""
            else:
                self._token = _Token(self.login.basic, float("inf"))
            return self._token.header

    def _bearer(self, told: dict[str, str]) -> _Token:
        """A token from where the registry says that there are some."""
        realm = urljoin(self.url, told.get("realm", ""))
        if urlsplit(self.url).scheme == "https" and urlsplit(realm).scheme != "https":
            raise RefusedError("it has its tokens at a place without HTTPS")
        scope = told.get("scope") or f"repository:{self.repository}:pull"
        asked = {"service": told.get("service", ""), "scope": scope}
        headers: dict[str, str] = {}
        method, url, body = "GET", f"{realm}?{urlencode(asked)}", b""
        if self.login and self.login.is_token:
            form = {"grant_type": "refresh_token", "refresh_token": self.login.password.reveal()}
            method, url = "POST", realm
            body = urlencode({**asked, **form, "client_id": "formae-wizard"}).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif self.login:
            headers["Authorization"] = self.login.basic
        response = self._request(method, url, headers, body)
        data = response.read(LARGEST, decode_content=False)
        response.release_conn()
        if response.status >= 400:
            _demand_firm(response.status, response.headers, data)
            raise RefusedError(_words(response.status, data), response.status, self.host)
        found = json_object(data)
        token = found.get("token") or found.get("access_token")
        if not isinstance(token, str):
            raise RefusedError("it gives no token")
        known(token)
        holds = found.get("expires_in")
        seconds = float(holds) if isinstance(holds, int | float) and holds > 0 else SHORTEST_TOKEN
        until = self.tries.now() + max(seconds - RENEWED_BEFORE, seconds / 2)
        return _Token(f"Bearer {token}", until)
