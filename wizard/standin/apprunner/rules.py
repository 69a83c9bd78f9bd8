"""App Runner's written rules beyond the model, and the defaults it fills in."""

from typing import Any

from wizard.standin.call import AwsError

PAIRS = {
    "256": {"512", "1024"},
    "512": {"1024"},
    "1024": {"2048", "3072", "4096"},
    "2048": {"4096", "6144"},
    "4096": {"8192", "10240", "12288"},
}
RESERVED_VARIABLES = {"PORT"}
RESERVED_PREFIX = "AWSAPPRUNNER"
HEALTH = {
    "Protocol": "TCP",
    "Path": "/",
    "Interval": 5,
    "Timeout": 2,
    "HealthyThreshold": 1,
    "UnhealthyThreshold": 5,
}
PORT = "8080"


def refuse(message: str) -> AwsError:
    """App Runner's answer to a request that makes no sense."""
    return AwsError("InvalidRequestException", message)


def instance(given: dict[str, Any]) -> dict[str, Any]:
    """CPU and memory in the service's own units; only pairs that exist."""
    cpu = _units(given.get("Cpu", "1024"), " vCPU", 1024)
    memory = _units(given.get("Memory", "2048"), " GB", 1024)
    if memory not in PAIRS[cpu]:
        raise refuse(
            f"Invalid combination of Cpu {cpu} and Memory {memory} in InstanceConfiguration."
        )
    return {**given, "Cpu": cpu, "Memory": memory}


def _units(value: str, suffix: str, factor: int) -> str:
    if value.endswith(suffix):
        return str(int(float(value.removesuffix(suffix)) * factor))
    return value


def source(given: dict[str, Any], instance_role: str | None) -> dict[str, Any]:
    """The source with defaults. Only images: a code repository is out of the stand-in's reach."""
    repository = given.get("ImageRepository")
    if not repository:
        raise refuse("Exactly one of CodeRepository and ImageRepository must be provided.")
    image = {"Port": PORT, **repository.get("ImageConfiguration", {})}
    private = repository["ImageRepositoryType"] == "ECR"
    access = given.get("AuthenticationConfiguration", {}).get("AccessRoleArn")
    if private and not access:
        raise refuse("Authentication configuration is invalid: AccessRoleArn is required for ECR.")
    _check_port(image["Port"])
    _check_variables(image, instance_role)
    return {
        **given,
        "AutoDeploymentsEnabled": given.get("AutoDeploymentsEnabled", private),
        "ImageRepository": {**repository, "ImageConfiguration": image},
    }


def _check_port(port: str) -> None:
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise refuse(f"Port {port} is not valid.")


def _check_variables(image: dict[str, Any], instance_role: str | None) -> None:
    secrets = image.get("RuntimeEnvironmentSecrets") or {}
    names = [*(image.get("RuntimeEnvironmentVariables") or {}), *secrets]
    for name in names:
        if name in RESERVED_VARIABLES or name.startswith(RESERVED_PREFIX):
            raise refuse(f"{name} is a reserved environment variable name.")
    if len(set(names)) < len(names):
        raise refuse("A name is used both in RuntimeEnvironmentVariables and -Secrets.")
    if secrets and not instance_role:
        raise refuse("Instance Role have to be provided if passing in RuntimeEnvironmentSecrets.")
    for arn in secrets.values():
        if not arn.startswith(("arn:aws:secretsmanager:", "arn:aws:ssm:")):
            raise refuse(f"{arn} is not the ARN of a secret or a parameter.")


def network(given: dict[str, Any]) -> dict[str, Any]:
    """Network configuration with defaults."""
    return {
        "EgressConfiguration": {"EgressType": "DEFAULT"},
        "IngressConfiguration": {"IsPubliclyAccessible": True},
        "IpAddressType": "IPV4",
        **given,
    }


def health(given: dict[str, Any]) -> dict[str, Any]:
    """Health check configuration with defaults."""
    return {**HEALTH, **given}
