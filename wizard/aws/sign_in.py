"""What is wrong between this machine and AWS, in words: the sign-in, the network, the proxy.

botocore runs programs of the person's, reads files of theirs and asks servers to find credentials,
and lets through whatever they raise: each is a sign-in problem that names what it comes from.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.exceptions as trouble
from botocore.parsers import ResponseParserError

from wizard.base.errors import AwsError, ExitCode, NoAnswer, Origin, SignedOut, WizardError
from wizard.base.patience import BUSY
from wizard.base.secret import hide
from wizard.base.text import clean
from wizard.local import network
from wizard.local.aws_files import marked, shown, speaks_of, unreadable
from wizard.local.profiles import Profile, SignInKind, meant, source

PROVIDERS = (
    trouble.BotoCoreError,
    trouble.ClientError,
    trouble.HTTPClientError,
    ResponseParserError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What botocore's providers of credentials raise, their own and what they let through: a program
that is not there (OSError), prints no JSON (ValueError), prints a list (AttributeError), hands out
what has expired (RuntimeError) or a time without a zone (TypeError), …"""
ENDED = (
    trouble.TokenRetrievalError,
    trouble.SSOError,
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
ON_THE_WAY = (*UNHEARD, *UNANSWERED, trouble.HTTPClientError)
UNREADABLE = (
    "The answer did not come from AWS. It may come from a proxy, or from the sign-in page of the "
    "network."
)
"""The answer itself is not told: it may be AWS's after all, broken, with a secret in it."""
NETWORK = "Check the network, the proxy settings (HTTPS_PROXY) and the region's name."


UNUSABLE = (
    trouble.InvalidConfigError,
    trouble.UnknownCredentialError,
    trouble.ParamValidationError,
)
"""What is wrong with how a profile is set up."""
AGAIN = ("AWS did not take that code.",) * 2
"""Why the person is asked for another code, as often as they are."""
CLOCK = re.compile(r"RequestTimeTooSkewed|Signature (expired|not yet current)")
"""What AWS says where this machine's clock is wrong; the catalogue knows more of it."""
LONGEST = 400
"""Characters of what a program says."""


def sign_in_problem(error: Exception, chosen: str) -> WizardError | AwsError:
    """What kept the chosen profile (empty for AWS's own order) from signing in, in words.

    SignedOut, NoAnswer and AwsError where it is one that may pass. A file of credentials that is
    just being written anew looks like one without any.
    """
    used = source(chosen)
    tell = next((tell for kinds, tell in _TELLERS if isinstance(error, kinds)), _gave_nothing)
    return tell(error, chosen, used)


def wrong_code(error: Exception) -> bool:
    """Whether AWS took a device's code for no good one."""
    return isinstance(error, trouble.ClientError) and "MultiFactorAuthentication" in str(error)


def _signed_out(what: str, why: str, fix: str, entry: str) -> SignedOut:
    return SignedOut(what, why, fix, ExitCode.NOT_READY, entry=entry)


def _remedy(used: Profile | None, chosen: str = "") -> str:
    if used:
        return used.remedy
    named = f" --profile {shlex.quote(chosen)}" if chosen else ""
    return f"Sign in with `aws configure sso{named}` or `aws configure{named}`."


def _no_profile(_: Exception, chosen: str, __: Profile | None) -> SignedOut:
    name = meant(chosen).name
    variable = meant().variable if meant().name == name else ""
    what = f"There is no AWS profile named “{name}”."
    why = f"The environment variable {variable} names it." if variable else ""
    if not name:
        what = f"The environment variable {variable} is set, but names no AWS profile."
        why = "AWS's tools use the value as it is, and no profile has an empty name."
    if name and (unread := unreadable()):
        why = f"{why} {unread}".strip()
    unset = f", and correct or unset {variable}" if variable else ""
    fix = f"List the profiles with `aws configure list-profiles`{unset}."
    return _signed_out(what, why, fix, "FW-SIGN-004")


def _unparsed(error: Any, _: str, __: Profile | None) -> SignedOut:
    """A file of AWS's that cannot be read: which line, but never what stands there."""
    path, inner = Path(error.kwargs["path"]), error.kwargs.get("error")
    what = f"AWS's tools cannot read {shown(path)}."
    fix = "Correct the file."
    match inner:
        case configparser.DuplicateSectionError():
            why = f"Line {inner.lineno}: the section [{inner.section}] is a duplicate."
            fix = "Merge the two sections."
        case configparser.DuplicateOptionError():
            why = f"Line {inner.lineno}: {inner.option} is a duplicate in [{inner.section}]."
            fix = "Remove one of the two."
        case configparser.MissingSectionHeaderError() if marked(path):
            why = "It starts with a byte order mark, which some editors on Windows add."
            fix = "Save it as UTF-8 without a byte order mark (BOM)."
        case configparser.MissingSectionHeaderError():
            why = f"Line {inner.lineno} is outside any section, such as [default]."
        case configparser.ParsingError():
            lines = ", ".join(str(number) for number, _ in inner.errors)
            why = f"Line {lines} has no setting."
        case UnicodeDecodeError():
            line = inner.object[: inner.start].count(b"\n") + 1
            why = f"Line {line} has a character that is not valid {inner.encoding.upper()}."
            fix = f"Save the file in {inner.encoding.upper()}."
        case _:
            why = "Indented lines belong to the setting above them and need the form “key = value”."
    return _signed_out(what, why, fix, "FW-SIGN-011")


def _nobody(_: Exception, __: str, used: Profile | None) -> SignedOut:
    what, why = "You are not signed in to AWS on this machine.", "No credentials were found."
    if unread := unreadable():
        fix = "Make the file readable, or set the variable to the right path."
        return _signed_out(what, unread, fix, "FW-SIGN-003")
    if used and used.name != "default":
        why = f"The AWS profile “{used.name}” has none, and there are none in the environment."
    fix = f"{_remedy(used).removesuffix('.')}, or try --demo."
    return _signed_out(what, why, fix, "FW-SIGN-003")


def _half(error: Any, _: str, used: Profile | None) -> SignedOut:
    """Half of what belongs together."""
    provider, missing = error.kwargs["provider"], error.kwargs["cred_var"]
    where = used.words if used else "the AWS profile"
    if provider == "env":
        given = "AWS_CREDENTIAL_EXPIRATION" if "EXPIR" in missing else "AWS_ACCESS_KEY_ID"
        what = f"The environment variable {given} is set, but {missing} is not."
        return _signed_out(what, "", f"Set {missing} too, or unset {given}.", "FW-SIGN-008")
    what = f"In {where}, {missing} is missing."
    given = "role_arn" if provider == "assume-role" else "aws_access_key_id"
    why = f"{given} is set, but has no effect without it."
    return _signed_out(what, why, f"Add {missing}, or remove {given}.", "FW-SIGN-008")


def _ended(error: Exception, _: str, used: Profile | None) -> SignedOut:
    what = "The AWS sign-in has expired or cannot be renewed."
    why = "The credentials have expired." if type(error) is RuntimeError else str(error)
    return _signed_out(what, why, _remedy(used), "FW-SIGN-006")


def _wrong(error: Exception, chosen: str, _: Profile | None) -> SignedOut:
    what = f"The AWS profile “{meant(chosen).name}” has a wrong setting."
    fix = "Correct it in AWS's config file (~/.aws/config or the path in AWS_CONFIG_FILE)."
    return _signed_out(what, str(error), fix, "FW-SIGN-008")


def _no_crt(error: Exception, chosen: str, used: Profile | None) -> SignedOut:
    """A sign-in that botocore can use only with AWS's CRT library, which is an extra of ours."""
    if not used or used.kind is not SignInKind.LOGIN:
        return _wrong(error, chosen, used)
    return _signed_out(
        f"The AWS profile “{used.name}” signs in with `aws login`, which this installation cannot "
        "use.",
        "It needs AWS's CRT library (awscrt), which is installed only with the extra “login”.",
        "Install formae-wizard with it, as with `pipx install --force '.[login]'`, or choose "
        "another profile.",
        "FW-SIGN-012",
    )


SERVICES = {"GetRoleCredentials": "sso"}
"""Whose operations they are that botocore calls to sign in, where not those of sts."""


def _refused(error: Any, chosen: str, used: Profile | None) -> SignedOut | AwsError:
    """AWS does not give credentials: the call is that one, not the one they were wanted for."""
    told, about = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    code, message = str(told.get("Code", "Unknown")), str(told.get("Message", ""))
    operation = str(error.operation_name)
    service = SERVICES.get(operation, "sts")
    request, status = str(about.get("RequestId", "")), int(about.get("HTTPStatusCode", 400))
    if BUSY.search(code) or status >= 500 or CLOCK.search(f"{code} {message}"):
        return AwsError(service, operation, code, message, request, status)
    what = f"AWS refused the sign-in with the profile “{meant(chosen).name}” ({operation})."
    fix = _remedy(used, chosen)
    if code.startswith(("AccessDenied", "Forbidden")):
        fix = (
            "Check the role and the account in the profile. To assume the role, you need "
            "sts:AssumeRole, and its trust policy must name you."
        )
    problem = _signed_out(what, f"AWS says: {message or code} ({code}).", fix, "FW-SIGN-009")
    problem.origin = Origin(service, operation, code, request)
    return problem


def _gave_nothing(error: Exception, chosen: str, used: Profile | None) -> SignedOut:
    """A program, file or server of the person's does not do what AWS's tools expect of it."""
    fix = _remedy(used, chosen)
    if used and used.kind is SignInKind.PROCESS:
        what, why = _of_program(error, used)
        return _signed_out(what, why, fix, "FW-SIGN-008")
    if isinstance(error, RuntimeError):
        return _ended(error, chosen, used)
    what = f"The AWS profile “{meant(chosen).name}” cannot sign in."
    variable, blamed = _variable(used), _blamed(error, chosen)
    its_own = (variable, used.setting if used else "")  # what the remedy is about already
    if blamed and not any(each and each in f"{blamed} {error}" for each in its_own):
        return _signed_out(what, _said(error), f"{blamed} Correct it.", "FW-SIGN-008")
    if variable:
        what = f"The environment variable {variable} gives no credentials."
        fix = f"Correct {variable}, or unset it."
    return _signed_out(what, _said(error), fix, "FW-SIGN-008")


LEADING = (
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CREDENTIAL_FILE",
    "BOTO_CONFIG",
)
"""Variables in which AWS's tools look where the profile says nothing, in their order."""


def _variable(used: Profile | None) -> str:
    """The variable that the credentials come from, empty where they come from the profile."""
    match used:
        case Profile(kind=SignInKind.ENVIRONMENT):
            return "AWS_CREDENTIAL_EXPIRATION"
        case Profile(kind=SignInKind.WEB_IDENTITY, name=""):
            return "AWS_WEB_IDENTITY_TOKEN_FILE"
        case None | Profile(kind=SignInKind.SETTINGS):
            return next((each for each in LEADING if each in os.environ), "")
        case _:
            return ""


def _blamed(error: Exception, chosen: str) -> str:
    """Which setting the error speaks of, as a sentence; empty where that is not known."""
    setting = speaks_of(str(error), meant(chosen).name)
    return f"The value comes from {setting}." if setting else ""


def _of_program(error: Exception, used: Profile) -> tuple[str, str]:
    program, where = used.setting, f"credential_process in {used.words} names it."
    why = f"{where} {_said(error)}"
    match error:
        case FileNotFoundError():
            what, why = f"The program {program} does not exist.", where
            if program.startswith("~") or "$" in program:
                why = f"{where} AWS's tools do not expand “~” and variables there."
        case PermissionError():
            what, why = f"You may not run the program {program}.", f"{where} Is it executable?"
        case RuntimeError():
            what, why = f"The program {program} returns expired credentials.", where
        case trouble.CredentialRetrievalError():
            what = f"The program {program} returns no credentials."
        case json.JSONDecodeError() | UnicodeDecodeError() | AttributeError():
            what, why = f"The program {program} does not print the expected JSON.", where
        case _:
            what = f"The program {program} cannot be used to sign in."
    return what, why


def _said(error: Exception) -> str:
    if isinstance(error, trouble.CredentialRetrievalError):
        return _short(str(error.kwargs.get("error_msg", ""))) or "It printed no error."
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return f"{named}{error.strerror}."
    return _short(str(error)) or type(error).__name__


def _short(text: str) -> str:
    text = " ".join(clean(hide(text)).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} […]"


def broken_way(error: Exception, chosen: str, _: Profile | None = None) -> WizardError:
    """What is wrong on the way to AWS, in words; what this machine's settings do to it first."""
    if isinstance(error, ON_THE_WAY) and (known := network.problem(chosen)):
        return known
    if isinstance(error, trouble.SSLError) and "CERTIFICATE" in str(error).upper():
        return _not_ready(
            "The secure connection to AWS failed.",
            str(error),
            "If a proxy inspects TLS, set AWS_CA_BUNDLE to the path of its certificate.",
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
        "The request could not be sent to AWS.",
        f"{error} {_blamed(error, chosen)}".strip(),
        "Check the AWS configuration on this machine, then try again.",
        entry="FW-NET-004",
    )


def _not_ready(what: str, why: str, fix: str, *, entry: str) -> WizardError:
    return WizardError(what, why, fix, ExitCode.NOT_READY, entry=entry)


_TELLERS: tuple[tuple[tuple[type[Exception], ...], Callable[..., WizardError | AwsError]], ...] = (
    ((trouble.ProfileNotFound,), _no_profile),
    ((trouble.ConfigParseError,), _unparsed),
    ((trouble.ClientError,), _refused),
    ((trouble.NoCredentialsError,), _nobody),
    ((trouble.PartialCredentialsError,), _half),
    (ENDED, _ended),
    ((trouble.CredentialRetrievalError, trouble.ConfigNotFound), _gave_nothing),
    ((trouble.MissingDependencyException,), _no_crt),
    (UNUSABLE, _wrong),
    ((trouble.BotoCoreError, trouble.HTTPClientError, ResponseParserError), broken_way),
)
"""Who tells of what; the first that fits. All else comes from what is the person's own."""
