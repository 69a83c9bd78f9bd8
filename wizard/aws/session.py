"""A person's signed session with AWS: sign-in, all pages of a call, errors in our words.

What botocore asks while it signs in is made fit for a program that has the terminal itself.
Sessions of roles are kept where the `aws` command keeps them, so that both share one MFA code.
"""

from __future__ import annotations

import contextlib
import functools
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import boto3
import botocore.exceptions as trouble
import botocore.loaders
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.configprovider import ConstantProvider
from botocore.parsers import ResponseParserError
from botocore.utils import JSONFileCache

from wizard import __version__
from wizard.aws.sign_in import AGAIN, PROVIDERS, broken_way, sign_in_problem, wrong_code
from wizard.base.errors import AwsError, SignedOut
from wizard.base.patience import EXPIRED
from wizard.base.secret import Secret, known_in
from wizard.local.mfa import ONE_AT_A_TIME, Wanted, code
from wizard.local.profiles import meant, source

FOLDER = "~/.aws/cli/cache"

MEMBERS = {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}

ROLE = "assume-role"

ROLES = (ROLE, "assume-role-with-web-identity")
"""botocore's providers whose sessions the `aws` command keeps."""


class RoleSessions(JSONFileCache):  # type: ignore[misc]
    """That folder, as botocore asks for it: files of mode 0600, written whole.

    What cannot be written there is kept in this process. What is no session counts as none.
    """

    _unwritten: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self._folder = Path(FOLDER).expanduser()
        super().__init__(str(self._folder))
        self._used: set[str] = set()

    def __contains__(self, key: str) -> bool:
        try:
            self[key]
        except KeyError:
            return False
        return True

    def __getitem__(self, key: str) -> Any:
        try:
            found = super().__getitem__(key)
        except KeyError:
            found = self._unwritten[self._convert_cache_key(key)]
        inner = found.get("Credentials") if isinstance(found, dict) else None
        if not isinstance(inner, dict) or not inner.keys() >= MEMBERS:
            raise KeyError(key)
        self._used.add(key)
        return found

    def __setitem__(self, key: str, value: Any) -> None:
        self._used.add(key)
        try:
            self._folder.mkdir(0o700, parents=True, exist_ok=True)
            super().__setitem__(key, value)
        except OSError:
            self._unwritten[self._convert_cache_key(key)] = value

    def forget(self) -> None:
        """Forget what was used of it: AWS says that it has ended."""
        for key in self._used:
            self._unwritten.pop(self._convert_cache_key(key), None)
            with contextlib.suppress(KeyError, OSError):
                del self[key]


def keep_roles(session: Any, profile: str, again: str = "") -> RoleSessions:
    """Have a botocore session keep roles there, and ask nothing on the terminal by itself.

    `again` is why they are asked once more. Raises what botocore's look at the profile raises.
    """
    kept, chain = RoleSessions(), session.get_component("credential_provider")

    def ask(prompt: str) -> str:
        device = prompt.rpartition(" for ")[2].strip(": ")
        return code(Wanted(device, profile, again))

    for method in ROLES:
        chain.get_provider(method).cache = kept
    role = chain.get_provider(ROLE)
    role._prompter = ask  # botocore's own would read the terminal
    below = role._profile_provider_builder
    made = below._create_process_provider
    below._create_process_provider = lambda name: _aside(made(name))
    _aside(chain.get_provider("custom-process"))
    return kept


def _aside(provider: Any) -> Any:
    provider._popen = _started
    return provider


def _started(words: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """A program of the person's; where a face has the terminal, it gets none to ask on."""
    if threading.current_thread() is not threading.main_thread():
        options |= {"stdin": subprocess.DEVNULL, "start_new_session": True}
    return subprocess.Popen(words, **options)  # noqa: S603 - what AWS's tools would start


CONNECT_LIMIT = 5.0

READ_LIMIT = 30.0
"""Seconds until AWS counts as silent; whether to ask again is decided where it can be told."""

LONG_READS = {"rds-data": 65.0}
"""The Data API itself gives a statement 45 seconds."""

ONLY_IN = {"freetier": "us-east-1"}
"""Services that answer in one region only, for the whole account."""


def config(service: str, limit: float | None = None) -> Config:
    """How clients of the service behave: one try each, for ours are the retries that are seen."""
    return Config(
        connect_timeout=CONNECT_LIMIT,
        read_timeout=max(limit or READ_LIMIT, LONG_READS.get(service, 0)),
        retries={"total_max_attempts": 1, "mode": "standard"},
        user_agent_extra=f"formae-wizard/{__version__}",
        max_pool_connections=20,
    )


@functools.cache
def _loader(path: str | None) -> Any:
    """AWS's models, read once a process: to parse one takes longer than a call."""
    return botocore.loaders.create_loader(path)


class Aws:
    """One signed-in profile in one region. Safe to use from several threads."""

    def __init__(self, profile: str, region: str, limit: float | None = None) -> None:
        """`limit` is how many seconds AWS may be silent; without one it is the usual.

        Raises WizardError when the profile does not exist or its files cannot be read.
        """
        self.profile = profile
        self._limit = limit
        self._wanted_region = region
        self._ahead: float | None = None
        self._clients: dict[str, Any] = {}
        self._out: SignedOut | None = None
        self._lock = threading.Lock()
        self._session, self._roles = self._new_session()

    def _new_session(self, again: str = "") -> tuple[Any, RoleSessions]:
        bare, which = botocore.session.get_session(), meant(self.profile)
        if which.variable:  # named as by the variable, so that keys of the environment go first
            store = bare.get_component("config_store")
            store.set_config_provider("profile", ConstantProvider(which.name))
        named = {"profile_name": self.profile or None, "region_name": self._wanted_region or None}
        try:
            session = boto3.Session(botocore_session=bare, **named)
            bare.register_component("data_loader", _loader(bare.get_config_variable("data_path")))
            roles = keep_roles(bare, self.profile, again)
        except PROVIDERS as error:
            raise sign_in_problem(error, self.profile) from None
        session.events.register("response-received", self._note_the_time)
        return session, roles

    def renew(self) -> None:
        """Read the credentials anew, as they are in the files and the environment now.

        Raises WizardError when the profile is gone or its files cannot be read.
        """
        session, roles = self._new_session()
        with self._lock:
            self._session, self._roles, self._clients, self._out = session, roles, {}, None

    def _sign_in(self) -> None:
        """Find credentials that hold now, or raise why there are none.

        That counts until they are read anew: a program of the person's is not run for every call.
        """
        with self._lock:
            if self._out is not None:
                raise self._out
            try:
                self._find_credentials()
            except SignedOut as out:
                self._out = out
                raise

    def _find_credentials(self) -> None:
        for again in (*AGAIN, ""):
            try:
                found = self._session.get_credentials()
                if found is None:
                    raise trouble.NoCredentialsError
                with ONE_AT_A_TIME if found.method == ROLE else nullcontext():
                    found.get_frozen_credentials()
                return
            except PROVIDERS as error:
                over = isinstance(error, trouble.RefreshWithMFAUnsupportedError)
                if not again or not (over or wrong_code(error)):
                    raise sign_in_problem(error, self.profile) from None
            self._session, self._roles = self._new_session("" if over else again)
            self._clients = {}

    @property
    def region(self) -> str:
        """The region calls go to; empty where none is configured."""
        return self._session.region_name or ""

    @property
    def ahead(self) -> float | None:
        """Seconds by which AWS's clock is ahead of this machine's; None before it answered."""
        return self._ahead

    def _note_the_time(self, response_dict: Mapping[str, Any] | None = None, **_: Any) -> None:
        """Every answer of AWS says what time it is there, refusals too."""
        told = (response_dict or {}).get("headers", {}).get("date", "")
        try:
            there = parsedate_to_datetime(told)
        except ValueError:
            return
        if there.tzinfo is not None:
            self._ahead = (there - datetime.now(UTC)).total_seconds()

    def call(self, service: str, operation: str, params: Mapping[str, Any], token: str = "") -> Any:
        """One call, one try. Lists are complete: all pages are asked for and joined.

        Operations that know idempotency tokens get `token`, so that the same call made again with
        it does nothing twice. Raises AwsError when AWS refuses, NoAnswer when none came, SignedOut
        when the sign-in has ended, WizardError when nobody is signed in.
        """
        self._sign_in()
        client = self._client(service)
        try:
            return _noted(
                plain(self._asked(client, operation, _with_token(client, operation, params, token)))
            )
        except trouble.ClientError as error:
            refusal = _refusal(service, operation, error)
            if EXPIRED.match(refusal.code):
                self._roles.forget()
                used = source(self.profile)
                refusal.remedy = used.remedy if used else ""
            raise refusal from None
        except trouble.ParamValidationError as error:
            raise AwsError(service, operation, "ParamValidation", str(error)) from None
        except (trouble.BotoCoreError, trouble.HTTPClientError, ResponseParserError) as error:
            raise sign_in_problem(error, self.profile) from None

    def database_token(self, host: str, port: int, user: str) -> Secret:
        """What a cluster's user signs in with for 15 minutes; made here, AWS is not asked.

        Raises SignedOut and WizardError as `call`.
        """
        self._sign_in()
        client = self._client("rds")
        try:
            return Secret(client.generate_db_auth_token(host, port, user, self.region))
        except (trouble.BotoCoreError, trouble.ClientError) as error:
            raise sign_in_problem(error, self.profile) from None

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                try:
                    self._clients[service] = self._session.client(
                        service,
                        ONLY_IN.get(service),
                        config=config(service, self._limit),
                    )
                except (trouble.BotoCoreError, ValueError) as error:
                    raise broken_way(error, self.profile) from None
            return self._clients[service]

    def _asked(self, client: Any, operation: str, params: dict[str, Any]) -> Any:
        method = xform_name(operation)
        if client.can_paginate(method):
            return client.get_paginator(method).paginate(**params).build_full_result()
        answer = getattr(client, method)(**params)
        shape = client.meta.service_model.operation_model(operation)
        if not answer.get("NextToken") or "NextToken" not in shape.input_shape.members:
            return answer
        return _all_pages(getattr(client, method), params, answer)


def _with_token(
    client: Any, operation: str, params: Mapping[str, Any], token: str
) -> dict[str, Any]:
    shape = client.meta.service_model.operation_model(operation).input_shape
    members = shape.members.items() if shape and token else ()
    ours = {name: token for name, member in members if member.metadata.get("idempotencyToken")}
    return {**ours, **params}


def _all_pages(ask: Callable[..., Any], params: dict[str, Any], answer: Any) -> Any:
    """Lists for which botocore knows no paginators."""
    page = answer
    while page.get("NextToken"):
        page = ask(**{**params, "NextToken": page["NextToken"]})
        for name, value in page.items():
            if isinstance(value, list):
                answer[name] = [*answer.get(name, []), *value]
    return {name: value for name, value in answer.items() if name != "NextToken"}


def _noted(answer: Any) -> Any:
    """The answer; a password in it is not told by us from now on."""
    if isinstance(answer, dict) and isinstance(answer.get("SecretString"), str):
        known_in(answer["SecretString"])
    return answer


def plain(value: Any) -> Any:
    """The answer with dates as ISO 8601 texts and without the HTTP metadata."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _refusal(service: str, operation: str, error: Any) -> AwsError:
    told, about = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    return AwsError(
        service,
        operation,
        str(told.get("Code", "Unknown")),
        str(told.get("Message", "")),
        str(about.get("RequestId", "")),
        int(about.get("HTTPStatusCode", 400)),
    )
