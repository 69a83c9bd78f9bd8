"""What this machine tells before anything is asked, without boto3 and without a network."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

from wizard.client import describe
from wizard.errors import WizardError
from wizard.names import DEFAULT_NAME
from wizard.questions import Detected


def detect(profile: str = "") -> Detected:
    """Region of the AWS profile, and the formae CLI with its version and profile. Never raises."""
    region, reason = _region(profile)
    try:
        client = describe(DEFAULT_NAME)
    except WizardError:
        return Detected(region=region, region_reason=reason)
    return Detected(
        region=region,
        region_reason=reason,
        formae_version=client.version,
        active_profile=client.active_now,
    )


def profiles() -> list[str]:
    """The profiles in the AWS config and credentials files; empty when there are none."""
    names = [*_sections("config", prefix="profile "), *_sections("credentials", prefix="")]
    return list(dict.fromkeys(names))


def _sections(kind: str, prefix: str) -> list[str]:
    return [
        name.removeprefix(prefix)
        for name in _parsed(kind).sections()
        if name == "default" or name.startswith(prefix)
    ]


def _region(profile: str) -> tuple[str, str]:
    name = profile or os.environ.get("AWS_PROFILE", "") or "default"
    config = _parsed("config")
    for section in (f"profile {name}", name):
        region = config.get(section, "region", fallback="")
        if region:
            return region, f"the region of your AWS profile {name}"
    return "", ""


def _parsed(kind: str) -> configparser.RawConfigParser:
    variable = "AWS_CONFIG_FILE" if kind == "config" else "AWS_SHARED_CREDENTIALS_FILE"
    path = Path(os.environ.get(variable) or Path("~/.aws", kind)).expanduser()
    parser = configparser.RawConfigParser(strict=False, default_section="no such section")
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return configparser.RawConfigParser()  # boto3 will say what is wrong with it
    return parser
