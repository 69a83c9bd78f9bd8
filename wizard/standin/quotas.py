"""Quotas: Service Quotas for App Runner, and RDS's own account of them; tests may lower any."""

from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation, World

APP_RUNNER = {
    "Auto scaling configurations": 10,
    "Auto scaling configuration revisions": 5,
    "Connections": 10,
    "Services": 30,
    "VPC connectors": 10,
}
"""By name; AWS's codes for them are nowhere promised, and these are made up."""
RDS = {"DBClusters": 40, "DBInstances": 40, "ManualClusterSnapshots": 100}


class Quotas:
    """ListServiceQuotas."""

    complete = True

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"ListServiceQuotas": self._list}

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _list(self, call: Call) -> dict[str, Any]:
        service = call.params["ServiceCode"]
        if service != "apprunner":
            raise AwsError("NoSuchResourceException", f"The stand-in has no quotas of {service}.")
        rows = [
            {
                "ServiceCode": service,
                "ServiceName": "AWS App Runner",
                "QuotaArn": self._world.arn("servicequotas", call.region, f"{service}/L-{code}"),
                "QuotaCode": f"L-{code}",
                "QuotaName": name,
                "Value": float(self._world.limits.get(name, usual)),
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
            }
            for code, (name, usual) in enumerate(APP_RUNNER.items())
        ]
        return {"Quotas": rows}


def manual_snapshots(rds: Any) -> int:
    """How many cluster snapshots somebody asked for, in moto's state of a region."""
    return sum(not name.startswith("rds:") for name in rds.cluster_snapshots)


def account_attributes(world: World, call: Call) -> dict[str, Any]:
    """RDS's DescribeAccountAttributes: used and allowed, by quota."""
    rds = world.moto.backend("rds", call.region)
    used = {
        "DBClusters": len(rds.clusters),
        "DBInstances": len(rds.databases),
        "ManualClusterSnapshots": manual_snapshots(rds),
    }
    return {
        "AccountQuotas": [
            {"AccountQuotaName": name, "Used": used[name], "Max": world.limits.get(name, usual)}
            for name, usual in RDS.items()
        ]
    }
