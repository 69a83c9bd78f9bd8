"""Which Aurora PostgreSQL versions AWS offers, and what DescribeDBEngineVersions says of them."""

from typing import Any

from wizard.standin.call import AwsError, Call

ENGINE = "aurora-postgresql"
MINORS = {
    13: ("13.18", "13.20", "13.21", "13.22", "13.23"),
    14: ("14.15", "14.17", "14.18", "14.19", "14.20"),
    15: ("15.10", "15.12", "15.13", "15.14", "15.15"),
    16: ("16.8", "16.9", "16.10", "16.11", "16.13", "16.14", "16.15"),
    17: ("17.4", "17.5", "17.6", "17.7", "17.9", "17.10"),
}
LIMITLESS = {16: ("16.8-limitless", "16.9-limitless", "16.10-limitless")}
DEFAULTS = {13: "13.22", 14: "14.19", 15: "15.14", 16: "16.13", 17: "17.7"}
DEFAULT_MAJOR = 17
PAGE = 100


def resolve(version: str | None) -> str:
    """The full version a creation gets. A bare major is its newest minor."""
    if not version:
        return DEFAULTS[DEFAULT_MAJOR]
    for major, minors in MINORS.items():
        if version == str(major):
            return minors[-1]
        if version in minors or version in LIMITLESS.get(major, ()):
            return version
    raise AwsError("InvalidParameterCombination", f"Cannot find version {version} for {ENGINE}")


def describe(call: Call) -> dict[str, Any]:
    """DescribeDBEngineVersions for Aurora PostgreSQL."""
    params = call.params
    wanted = [v for v in _all() if _fits(v, params)]
    if params.get("DefaultOnly"):
        wanted = [v for v in wanted if _is_default(v, params)]
    start = int(params.get("Marker") or 0)
    size = int(params.get("MaxRecords") or PAGE)
    page: dict[str, Any] = {"DBEngineVersions": wanted[start : start + size]}
    if start + size < len(wanted):
        page["Marker"] = str(start + size)
    return page


def _all() -> list[dict[str, Any]]:
    return [
        _entry(major, version)
        for major, minors in MINORS.items()
        for version in (*minors, *LIMITLESS.get(major, ()))
    ]


def _entry(major: int, version: str) -> dict[str, Any]:
    limitless = version.endswith("-limitless")
    entry: dict[str, Any] = {
        "Engine": ENGINE,
        "MajorEngineVersion": str(major),
        "EngineVersion": version,
        "DBParameterGroupFamily": f"aurora-postgresql{major}" + ("-limitless" * limitless),
        "DBEngineDescription": "Aurora (PostgreSQL)",
        "DBEngineVersionDescription": f"Aurora PostgreSQL (Compatible with PostgreSQL {version})",
        "ValidUpgradeTarget": [],
        "ExportableLogTypes": ["instance", "postgresql"],
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": False,
        "SupportedEngineModes": ["provisioned"],
        "SupportedFeatureNames": [],
        "Status": "available",
        "SupportsParallelQuery": False,
        "SupportsGlobalDatabases": not limitless,
        "SupportsBabelfish": not limitless,
        "SupportsLimitlessDatabase": limitless,
        "SupportsLocalWriteForwarding": not limitless,
        "SupportsIntegrations": not limitless,
    }
    if not limitless:
        entry["ServerlessV2FeaturesSupport"] = {"MinCapacity": 0.0, "MaxCapacity": 256.0}
    return entry


def _fits(version: dict[str, Any], params: dict[str, Any]) -> bool:
    wanted = {
        "engine": params.get("Engine"),
        "engine-version": params.get("EngineVersion"),
        "db-parameter-group-family": params.get("DBParameterGroupFamily"),
    }
    filters = {name: [value] for name, value in wanted.items() if value}
    for extra in params.get("Filters") or []:
        filters[extra["Name"]] = extra["Values"]
    return all(_matches(version, name, values) for name, values in filters.items())


def _matches(version: dict[str, Any], name: str, values: list[str]) -> bool:
    match name:
        case "engine-version":
            return bool({version["EngineVersion"], version["MajorEngineVersion"]} & set(values))
        case "engine-mode":
            return bool(set(version["SupportedEngineModes"]) & set(values))
        case "engine":
            return version["Engine"] in values
        case "status":
            return version["Status"] in values
        case "db-parameter-group-family":
            return version["DBParameterGroupFamily"] in values
        case _:
            raise AwsError("InvalidParameterValue", f"Unrecognized filter name: {name}")


def _is_default(version: dict[str, Any], params: dict[str, Any]) -> bool:
    major = int(version["MajorEngineVersion"])
    if params.get("EngineVersion") or params.get("DBParameterGroupFamily"):
        return bool(version["EngineVersion"] == DEFAULTS[major])
    return bool(version["EngineVersion"] == DEFAULTS[DEFAULT_MAJOR])
