"""Signed calls to AWS with the person's profile: all pages, dates as texts, errors in our words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import boto3
import botocore.exceptions as trouble
from botocore import xform_name
from botocore.config import Config

from wizard import __version__
from wizard.errors import AwsError, ExitCode, WizardError

CONFIG = Config(
    connect_timeout=10,
    read_timeout=75,
    retries={"mode": "standard", "max_attempts": 5},
    user_agent_extra=f"formae-wizard/{__version__}",
    max_pool_connections=20,
)


class Aws:
    """One signed-in profile in one region. Safe to use from several threads."""

    def __init__(self, profile: str, region: str) -> None:
        """Raises WizardError when the profile does not exist or its files cannot be read."""
        try:
            self._session = boto3.Session(profile_name=profile or None, region_name=region or None)
        except (trouble.ProfileNotFound, trouble.ConfigParseError) as error:
            raise sign_in_problem(error, profile) from None
        self._session.events.register("response-received", self._note_the_time)
        self._profile = profile
        self._ahead: float | None = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

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

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """One call. Lists are complete: all pages are asked for and joined.

        Raises AwsError when AWS refuses, WizardError when it cannot be reached or nobody is
        signed in.
        """
        client = self._client(service)
        try:
            return plain(self._asked(client, operation, dict(params)))
        except trouble.ClientError as error:
            raise _refusal(service, operation, error) from None
        except trouble.ParamValidationError as error:
            raise AwsError(service, operation, "ParamValidation", str(error)) from None
        except (trouble.BotoCoreError, trouble.HTTPClientError) as error:
            raise sign_in_problem(error, self._profile) from None

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                try:
                    self._clients[service] = self._session.client(service, config=CONFIG)
                except (trouble.BotoCoreError, ValueError) as error:
                    raise sign_in_problem(error, self._profile) from None
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


def _all_pages(ask: Callable[..., Any], params: dict[str, Any], answer: Any) -> Any:
    """App Runner's lists, for which botocore knows no paginators."""
    page = answer
    while page.get("NextToken"):
        page = ask(**{**params, "NextToken": page["NextToken"]})
        for name, value in page.items():
            if isinstance(value, list):
                answer[name] = [*answer.get(name, []), *value]
    return {name: value for name, value in answer.items() if name != "NextToken"}


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
    told = error.response.get("Error", {})
    return AwsError(
        service,
        operation,
        str(told.get("Code", "Unknown")),
        str(told.get("Message", "")),
        str(error.response.get("ResponseMetadata", {}).get("RequestId", "")),
    )


def sign_in_problem(error: Exception, profile: str) -> WizardError:
    """What is wrong between this machine and AWS, in words."""
    named = f" --profile {profile}" if profile else ""
    match error:
        case trouble.ProfileNotFound():
            what, why = f"There is no AWS profile called “{profile}”.", ""
            fix = "See the profiles with `aws configure list-profiles`."
        case trouble.NoCredentialsError() | trouble.PartialCredentialsError():
            what, why = "Nobody is signed in to AWS on this machine.", "No credentials were found."
            fix = f"Sign in with `aws configure sso` or `aws configure{named}`, or try --demo."
        case (
            trouble.TokenRetrievalError()
            | trouble.SSOTokenLoadError()
            | trouble.UnauthorizedSSOTokenError()
            | trouble.CredentialRetrievalError()
        ):
            what, why = "The AWS sign-in has expired or cannot be renewed.", str(error)
            fix = f"Sign in again with `aws sso login{named}`."
        case trouble.SSLError():
            what, why = "The secure connection to AWS could not be made.", str(error)
            fix = "Behind a proxy that inspects TLS, set AWS_CA_BUNDLE to its certificate."
        case trouble.EndpointConnectionError() | trouble.ConnectTimeoutError():
            what, why = "AWS cannot be reached.", str(error)
            fix = "Check the network, the proxy settings (HTTPS_PROXY) and the region's name."
        case _:
            what, why = "AWS could not be asked.", str(error)
            fix = "Check the AWS configuration of this machine, then try again."
    return WizardError(what, why, fix, ExitCode.NOT_READY)
