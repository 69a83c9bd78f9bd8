"""What is wrong between this machine and AWS, in words: the sign-in, the network, the proxy."""

from __future__ import annotations

import shlex

import botocore.exceptions as trouble
from botocore.parsers import ResponseParserError

from wizard.base.errors import ExitCode, NoAnswer, SignedOut, WizardError

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
UNREADABLE = (
    "What came back is no answer of AWS's. A proxy may have put it there, or a page on which one "
    "signs in to the network."
)
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
                f"There is no AWS profile called “{profile}”.",
                "",
                "See the profiles with `aws configure list-profiles`.",
                ExitCode.NOT_READY,
                entry="FW-SIGN-004",
            )
        case trouble.NoCredentialsError() | trouble.PartialCredentialsError():
            return SignedOut(
                "Nobody is signed in to AWS on this machine.",
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
            "The secure connection to AWS could not be made.",
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
        "AWS could not be asked.",
        str(error),
        "Check the AWS configuration of this machine, then try again.",
        entry="FW-NET-004",
    )


def _not_ready(what: str, why: str, fix: str, *, entry: str) -> WizardError:
    return WizardError(what, why, fix, ExitCode.NOT_READY, entry=entry)
