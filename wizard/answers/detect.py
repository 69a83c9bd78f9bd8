"""What this machine tells before anything is asked, without boto3.

Where no formae CLI tells its version, the image's registry is asked for its newest release.
"""

from __future__ import annotations

from wizard.answers.questions import Detected
from wizard.base.errors import WizardError
from wizard.base.names import DEFAULT_NAME
from wizard.local.aws_files import place as place_of
from wizard.local.image.names import Newest, newest
from wizard.local.profiles import region as region_of


def detect(profile: str = "") -> Detected:
    """Region of the AWS profile, and the formae CLI with its version and profile. Never raises."""
    from wizard.local.formae.client import describe
    from wizard.local.formae.config import Client

    region, reason, place = _region(profile)
    try:
        client = describe(DEFAULT_NAME)
    except WizardError:
        client = Client()
    known = Newest("", "") if client.version else newest()
    return Detected(
        region=region,
        region_place=place,
        region_reason=reason,
        formae_version=client.version,
        active_profile=client.active_now,
        newest=known.version,
        newest_by=known.source,
    )


def _region(profile: str) -> tuple[str, str, str]:
    found, name = region_of(profile)
    if not found:
        return "", "", ""
    return found, f"the region of your AWS profile {name}", place_of(name, "region")
