"""App Runner's resource types."""

from __future__ import annotations

from wizard.plan.resources.common import Tagging
from wizard.plan.resources.types import Compared, Type

TAGGING = Tagging("apprunner")
ENVIRONMENT = "SourceConfiguration.ImageRepository.ImageConfiguration"
SERVICE_TYPE = Type(
    name="AWS::AppRunner::Service",
    service="apprunner",
    create="CreateService",
    pairs=(
        f"{ENVIRONMENT}.RuntimeEnvironmentVariables",
        f"{ENVIRONMENT}.RuntimeEnvironmentSecrets",
    ),
    tagging=TAGGING,
)
SCALING_TYPE = Type(
    name="AWS::AppRunner::AutoScalingConfiguration",
    service="apprunner",
    create="CreateAutoScalingConfiguration",
    tagging=TAGGING,
    compared=tuple(
        Compared(
            property=size,
            what="one instance",
            path=f"Detail.{size}",
            effect="A new revision is created, and the service switches to it.",
        )
        for size in ("MinSize", "MaxSize")
    ),
)
