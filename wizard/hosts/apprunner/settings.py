"""What a service that is there is asked for: our settings, beside those that others put there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wizard.base.values import Found, Merged, Value
from wizard.plan.model import Call, Fit, Theirs
from wizard.plan.resources.agent import CONFIG_VARIABLE, FINGERPRINT

CREATED_WITH = frozenset({"ServiceName", "Tags", "EncryptionConfiguration"})
"""What App Runner takes when it creates a service, and never changes."""

DEPLOYS_ANEW = (
    "App Runner deploys the service anew, which takes some minutes; the old one answers until the "
    "new one is healthy."
)
IMAGE_CONFIGURATION = ("SourceConfiguration", "ImageRepository", "ImageConfiguration")
ENVIRONMENT = {
    "RuntimeEnvironmentVariables": "environment variables",
    "RuntimeEnvironmentSecrets": "environment variables from secrets",
}
"""What the container finds in its environment, and what it is called."""
OURS = (CONFIG_VARIABLE, FINGERPRINT)


def as_wanted(params: Mapping[str, Value]) -> Fit:
    """The settings are those of a CreateService request, `params`."""
    settings = {key: value for key, value in params.items() if key not in CREATED_WITH}
    described = dict(settings)
    scaling = described.pop("AutoScalingConfigurationArn", None)
    if scaling is not None:
        described["AutoScalingConfigurationSummary"] = {"AutoScalingConfigurationArn": scaling}
    return Fit(
        what="the service's settings",
        path="Service",
        want=described,
        mend=Call(
            service="apprunner",
            operation="UpdateService",
            params={"ServiceArn": Found("ServiceArn"), **_beside_theirs(settings)},
        ),
        reading="subset",
        effect=DEPLOYS_ANEW,
    )


def _beside_theirs(settings: Mapping[str, Value]) -> dict[str, Value]:
    """The settings for a service that is there: variables and secrets of others stay in it.

    A name can be a variable or a secret, not both.
    """

    def within(path: tuple[str, ...], inner: Mapping[str, Value]) -> dict[str, Value]:
        if path:
            below = inner.get(path[0])
            deeper = within(path[1:], below if isinstance(below, Mapping) else {})
            return {**inner, path[0]: deeper}
        given = {kind: inner.get(kind) for kind in ENVIRONMENT}
        ours = {kind: each if isinstance(each, Mapping) else {} for kind, each in given.items()}
        merged: dict[str, Value] = {
            kind: Merged(
                ".".join(("Service", *IMAGE_CONFIGURATION, kind)),
                ours[kind],
                without=tuple(key for other in ENVIRONMENT if other != kind for key in ours[other]),
            )
            for kind in ENVIRONMENT
        }
        return {**inner, **merged}

    return within(IMAGE_CONFIGURATION, settings)


def theirs() -> tuple[Theirs, ...]:
    """What others may have set on the service, and the wizard has no answer for."""
    environment = ".".join(("Service", *IMAGE_CONFIGURATION))
    network = "Service.NetworkConfiguration"
    return (
        *(
            Theirs(what, f"keys(not_null({environment}.{kind}, `{{}}`))[?{_none_of(OURS)}]")
            for kind, what in ENVIRONMENT.items()
        ),
        Theirs("VPC connector", f"{network}.EgressConfiguration.VpcConnectorArn"),
        Theirs(
            "open to the VPC alone",
            f"{network}.IngressConfiguration.IsPubliclyAccessible == `false` && 'no public address'"
            " || null",
        ),
        Theirs(
            "observability",
            "Service.ObservabilityConfiguration.ObservabilityConfigurationArn",
        ),
    )


def _none_of(names: Iterable[str]) -> str:
    return " && ".join(f"@ != '{name}'" for name in names)
