"""Signed calls to AWS with the person's profile: all pages, dates as texts, errors in our words.

What is wrong between this machine and AWS, in words: the sign-in, the network, the proxy.
"""

from __future__ import annotations

import functools
import shlex
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import boto3
import botocore.exceptions as trouble
import botocore.loaders
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.parsers import ResponseParserError

from wizard import __version__
from wizard.base.errors import AwsError, ExitCode, NoAnswer, SignedOut, WizardError
from wizard.base.secret import known_in

ENDED = (
    trouble.TokenRetrievalError,
    trouble.SSOTokenLoadError,
    trouble.UnauthorizedSSOTokenError,
    trouble.CredentialRetrievalError,
    trouble.LoginError,
)
UNHEARD = (
    trouble.EndpointConnectionError,
    trouble.ConnectTimeoutError,
    trouble.ProxyConnectionError,
)
"""The question did not get there."""
UNANSWERED = (
    trouble.ConnectionClosedError,
    trouble.ReadTimeoutError,
    trouble.ResponseStreamingError,
    trouble.IncompleteReadError,
)
"""The question may have got there; the answer did not come back."""
UNREADABLE = "The response is not from AWS. It may come from a proxy or a network sign-in page."
"""The answer itself is not told: it may be AWS's after all, broken, with a secret in it."""
NETWORK = "Check the network, the proxy settings (HTTPS_PROXY) and the region's name."


def sign_in_problem(error: Exception, profile: str) -> WizardError:
    """The problem in words: SignedOut and NoAnswer where it is one that may pass.

    A file of credentials that is just being written anew looks like one without any.
    """
    named = f" --profile {shlex.quote(profile)}" if profile else ""
    match error:
        case trouble.ProfileNotFound():
            return SignedOut(
                f"There is no AWS profile named “{profile}”.",
                "",
                "List the profiles with `aws configure list-profiles`.",
                ExitCode.NOT_READY,
                entry="FW-SIGN-004",
            )
        case trouble.NoCredentialsError() | trouble.PartialCredentialsError():
            return SignedOut(
                "You are not signed in to AWS on this machine.",
                "No credentials were found.",
                f"Sign in with `aws configure sso` or `aws configure{named}`, or try --demo.",
                ExitCode.NOT_READY,
                entry="FW-SIGN-003",
            )
        case _ if isinstance(error, ENDED):
            login = "aws login" if isinstance(error, trouble.LoginError) else "aws sso login"
            return SignedOut(
                "The AWS sign-in has expired or cannot be renewed.",
                str(error),
                f"Sign in again with `{login}{named}`.",
                ExitCode.NOT_READY,
                entry="FW-SIGN-006",
            )
        case _:
            return _broken_way(error)


def _broken_way(error: Exception) -> WizardError:
    if isinstance(error, trouble.SSLError) and "CERTIFICATE" in str(error).upper():
        return _not_ready(
            "The secure connection to AWS failed.",
            str(error),
            "Behind a proxy that inspects TLS, set AWS_CA_BUNDLE to its certificate.",
            entry="FW-NET-003",
        )
    if isinstance(error, (*UNHEARD, trouble.SSLError)):
        return NoAnswer(
            "AWS cannot be reached.",
            str(error),
            NETWORK,
            ExitCode.NOT_READY,
            asked=False,
            entry="FW-NET-001",
        )
    if isinstance(error, (*UNANSWERED, trouble.HTTPClientError)):
        return NoAnswer(
            "AWS did not answer.", str(error), NETWORK, ExitCode.NOT_READY, entry="FW-NET-002"
        )
    if isinstance(error, ResponseParserError):
        return NoAnswer(
            "AWS did not answer.", UNREADABLE, NETWORK, ExitCode.NOT_READY, entry="FW-NET-002"
        )
    return _not_ready(
        "The call to AWS failed on this machine.",
        str(error),
        "Check this machine's AWS configuration, then try again.",
        entry="FW-NET-004",
    )


def _not_ready(what: str, why: str, fix: str, *, entry: str) -> WizardError:
    return WizardError(what, why, fix, ExitCode.NOT_READY, entry=entry)


CONNECT_LIMIT = 5.0
READ_LIMIT = 30.0
"""Seconds until AWS counts as silent; whether to ask again is decided where it can be told."""
LONG_READS = {"rds-data": 65.0}
"""The Data API itself gives a statement 45 seconds."""


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
        self._lock = threading.Lock()
        self._session = self._new_session()

    def _new_session(self) -> Any:
        named = {"profile_name": self.profile or None, "region_name": self._wanted_region or None}
        bare = botocore.session.get_session()
        try:
            session = boto3.Session(botocore_session=bare, **named)
            bare.register_component("data_loader", _loader(bare.get_config_variable("data_path")))
        except (trouble.ProfileNotFound, trouble.ConfigParseError) as error:
            raise sign_in_problem(error, self.profile) from None
        session.events.register("response-received", self._note_the_time)
        return session

    def renew(self) -> None:
        """Read the credentials anew, as they are in the files and the environment now.

        Raises WizardError when the profile is gone or its files cannot be read.
        """
        session = self._new_session()
        with self._lock:
            self._session, self._clients = session, {}

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
        client = self._client(service)
        try:
            return _noted(
                plain(self._asked(client, operation, _with_token(client, operation, params, token)))
            )
        except trouble.ClientError as error:
            raise _refusal(service, operation, error) from None
        except trouble.ParamValidationError as error:
            raise AwsError(service, operation, "ParamValidation", str(error)) from None
        except (trouble.BotoCoreError, trouble.HTTPClientError, ResponseParserError) as error:
            raise sign_in_problem(error, self.profile) from None

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                try:
                    self._clients[service] = self._session.client(
                        service, config=config(service, self._limit)
                    )
                except (trouble.BotoCoreError, ValueError) as error:
                    raise sign_in_problem(error, self.profile) from None
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
