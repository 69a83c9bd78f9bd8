"""AWS's refusals in a person's words: what happened, why, what to do. Pure; knows no boto3."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wizard.errors import AwsError, ExitCode, WizardError

APP_RUNNER_CLOSED = WizardError(
    "This AWS account cannot use App Runner.",
    "AWS closed App Runner to new customers on 30 April 2026; only accounts that used it before "
    "may go on. AWS says so with “SubscriptionRequiredException” to every call, whatever the "
    "permissions. (A brand-new or Free-plan account that is not fully activated gets the same "
    "answer.)",
    "Use the profile of an account that already runs App Runner services, or set the agent up on "
    "ECS as formae's documentation describes. Nothing was created.",
    ExitCode.NOT_READY,
)


@dataclass(frozen=True, slots=True)
class Known:
    """A refusal that is known: the pattern is searched in `service Code: message`."""

    pattern: str
    why: str
    fix: str


CATALOGUE = (
    Known(
        r"ExpiredToken|ExpiredTokenException|RequestExpired",
        "The credentials have expired.",
        "Sign in again (for example `aws sso login`), then run the same command: it goes on from "
        "here.",
    ),
    Known(
        r"InvalidClientTokenId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch",
        "AWS does not accept the credentials.",
        "Check the profile (`aws sts get-caller-identity`), and that the clock is right.",
    ),
    Known(
        r"AccessDenied|UnauthorizedOperation|not authorized to perform|ForbiddenException",
        "The person signed in lacks a permission; AWS's message names it.",
        "Ask for that permission, or use a profile that has it, and run the same command again.",
    ),
    Known(
        r"Throttl|TooManyRequests|RequestLimitExceeded",
        "AWS is limiting how fast this account may ask, even after several tries.",
        "Wait a minute and run the same command again: it goes on from here.",
    ),
    Known(
        r"InvalidSubnet|No default subnet|DBSubnetGroupDoesNotCoverEnoughAZs|NetworkState",
        "The region has no default VPC with subnets in two zones, in which Aurora could be placed.",
        "Make one with `aws ec2 create-default-vpc`, or choose another region or an existing "
        "cluster.",
    ),
    Known(
        r"QuotaExceeded|LimitExceeded|InstanceQuotaExceeded",
        "A quota of the account is used up.",
        "Free something or ask for more in the Service Quotas console.",
    ),
    Known(
        r"Cannot find version",
        "AWS has withdrawn that version.",
        "Use a major version (--engine-version 16), which takes the recommended minor.",
    ),
    Known(
        r"scheduled for deletion|marked for deletion",
        "A deleted secret holds its name for 7 to 30 days.",
        "Bring it back with `aws secretsmanager restore-secret`, or choose another --name.",
    ),
    Known(
        r"password authentication failed",
        "The user name or password in the secret is not the database's.",
        "Repair the secret, or choose the right one (--cluster-secret-arn).",
    ),
    Known(
        r"DeleteConflict",
        "Something else in the account still uses it: a policy may be attached to another role, "
        "user or group.",
        "Detach it there, if that is right, and run the same command again; nothing of others is "
        "ever detached.",
    ),
    Known(
        r"Error in assuming",
        "App Runner cannot take on the role, even after minutes: its trust policy is wrong or a "
        "service control policy forbids it.",
        "Look at the role's trust relationship in the IAM console.",
    ),
    Known(
        r"Service with the provided name already exists",
        "Another service has this name.",
        "Choose another name for the deployment (--name).",
    ),
    Known(
        r"HttpEndpointNotEnabled",
        "The cluster's Data API is off.",
        "Switch it on (--enable-data-api yes).",
    ),
)


def explain(error: AwsError, during: str) -> WizardError:
    """The refusal as a problem told to a person; `during` says what was being done."""
    if error.code == "SubscriptionRequiredException":
        return APP_RUNNER_CLOSED
    text = f"{error.service} {error}"
    own_words = f"AWS says: {error.message or error.code} ({error.code})."
    for known in CATALOGUE:
        if re.search(known.pattern, text):
            return WizardError(
                f"{during}: AWS refused {error.service} {error.operation}.",
                f"{known.why} {own_words}",
                known.fix,
            )
    return WizardError(
        f"{during}: AWS refused {error.service} {error.operation}.",
        own_words,
        "Repair what the message names, then run the same command again: it goes on from here.",
    )
