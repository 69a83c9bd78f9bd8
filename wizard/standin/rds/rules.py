"""What RDS refuses before it makes anything."""

import re
from typing import Any

from wizard.standin.bridge import Moto
from wizard.standin.call import AwsError
from wizard.standin.world import World

IDENTIFIER = re.compile(r"[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]|[a-z]")
USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
RESERVED = {"admin", "rdsadmin", "user", "public", "select", "table", "role", "all", "default"}
PASSWORD = re.compile(r"[!-~]*")
ZONES = 2
SHORTEST, LONGEST = 8, 41


def check_cluster(params: dict[str, Any], *, password: bool = True) -> None:
    """The parameters of CreateDBCluster; without `password` the master user has none."""
    check_identifier("DBClusterIdentifier", params["DBClusterIdentifier"])
    user = params.get("MasterUsername") or ""
    if not USERNAME.fullmatch(user):
        raise AwsError("InvalidParameterValue", f"The MasterUsername {user} is not valid")
    if user.lower() in RESERVED:
        raise AwsError(
            "InvalidParameterValue",
            f"MasterUsername {user} cannot be used as it is a reserved word used by the engine",
        )
    given = params.get("MasterUserPassword")
    if params.get("ManageMasterUserPassword"):
        if given:
            raise AwsError(
                "InvalidParameterCombination",
                "You can't specify MasterUserPassword while ManageMasterUserPassword is enabled.",
            )
    elif password:
        check_password(given or "")
    check_scaling(params.get("ServerlessV2ScalingConfiguration"))


def check_identifier(name: str, value: str) -> None:
    """Identifiers of clusters and instances; upper case is folded before."""
    if not IDENTIFIER.fullmatch(value.lower()):
        raise AwsError(
            "InvalidParameterValue",
            f"The parameter {name} is not a valid identifier. Identifiers must begin with a "
            "letter; must contain only ASCII letters, digits, and hyphens; and must not end with "
            "a hyphen or contain two consecutive hyphens.",
        )


def check_password(password: str) -> None:
    """The master user's password."""
    text = "The parameter MasterUserPassword is not a valid password"
    if len(password) < SHORTEST:
        reason = f" because it is shorter than {SHORTEST} characters."
    elif len(password) > LONGEST:
        reason = f" because it is longer than {LONGEST} characters."
    elif not PASSWORD.fullmatch(password) or set(password) & set('/@"'):
        reason = ". Only printable ASCII characters besides '/', '@', '\"', ' ' may be used."
    else:
        return
    raise AwsError("InvalidParameterValue", text + reason)


def check_scaling(scaling: dict[str, Any] | None) -> None:
    """Serverless v2 capacity: steps of one half, 0 to 256."""
    if scaling is None:
        return
    low, high = scaling.get("MinCapacity"), scaling.get("MaxCapacity")
    if low is None or high is None:
        raise AwsError(
            "InvalidParameterValue", "MinCapacity and MaxCapacity must both be specified."
        )
    fits = (low == 0 or low >= 0.5) and 1 <= high <= 256 and low <= high
    if not fits or low * 2 % 1 or high * 2 % 1:
        raise AwsError(
            "InvalidParameterValue",
            "The Serverless v2 scaling configuration is not valid: MinCapacity 0 or 0.5 to 256, "
            "MaxCapacity 1 to 256, both in steps of 0.5, and MinCapacity not above MaxCapacity.",
        )


def check_network(moto: Moto, region: str, group: str | None) -> None:
    """A subnet group that exists, or a default VPC with subnets."""
    if group:
        if group not in moto.backend("rds", region).subnet_groups:
            raise AwsError(
                "DBSubnetGroupNotFoundFault", f"DB subnet group '{group}' does not exist.", 404
            )
        return
    ec2 = moto.backend("ec2", region)
    usual = moto.backend("rds", region).subnet_groups.get("default")
    if usual and usual.vpc_id not in ec2.vpcs:
        raise AwsError(
            "InvalidVPCNetworkStateFault",
            f"The VPC {usual.vpc_id} associated with the default subnet group does not exist. "
            "Please delete the default subnet group or specify another subnet group.",
        )
    default = next((vpc for vpc in ec2.vpcs.values() if vpc.is_default), None)
    if default is None or not ec2.describe_subnets(filters={"vpc-id": [default.id]}):
        raise AwsError(
            "InvalidSubnet",
            "No default subnet detected in VPC. Please contact AWS Support to recreate the "
            "default Subnets.",
        )


def check_subnet_group(world: World, region: str, params: dict[str, Any]) -> None:
    """The parameters of CreateDBSubnetGroup: subnets of one VPC, in two zones."""
    name = params["DBSubnetGroupName"].lower()
    if name in world.moto.backend("rds", region).subnet_groups:
        raise AwsError(
            "DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists."
        )
    known = {each.id: each for each in world.moto.backend("ec2", region).describe_subnets()}
    found = [known[each] for each in params["SubnetIds"] if each in known]
    if len(found) < len(params["SubnetIds"]) or len({each.vpc_id for each in found}) > 1:
        raise AwsError("InvalidSubnet", "Subnets are invalid, or in different VPCs.")
    if len({each.availability_zone for each in found}) < ZONES:
        raise AwsError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Add "
            "subnets to cover at least 2 AZs.",
        )


def check_unused(world: World, region: str, name: str) -> None:
    """A subnet group that no cluster is in."""
    clusters = world.moto.backend("rds", region).clusters.values()
    if used := [each for each in clusters if each.db_subnet_group_name == name.lower()]:
        raise AwsError(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{name}' because at least one database instance: "
            f"{used[0].db_cluster_identifier} is still using it.",
        )


def vpc_of(world: World, region: str, group: str | None) -> str:
    """The VPC of a cluster in that subnet group; the default one without a group."""
    if group:
        return str(world.moto.backend("rds", region).subnet_groups[group].vpc_id)
    ec2 = world.moto.backend("ec2", region)
    return str(next(each.id for each in ec2.vpcs.values() if each.is_default))


def default_group(world: World, region: str, vpc: str) -> str:
    """The security group of a cluster for which none was named: its VPC's own."""
    groups = world.moto.backend("ec2", region).describe_security_groups()
    return str(next(it.id for it in groups if it.vpc_id == vpc and it.name == "default"))


def check_groups(world: World, region: str, groups: list[str], vpc: str = "") -> None:
    """Security groups that are there, in one VPC: the cluster's, where that is given."""
    ec2 = world.moto.backend("ec2", region)
    found = {each: ec2.get_security_group_from_id(each) for each in groups}
    missing = [name for name, each in found.items() if each is None]
    if missing:
        raise AwsError("InvalidParameterValue", f"Invalid security group , groupId= {missing[0]}")
    if len({each.vpc_id for each in found.values()} | ({vpc} - {""})) > 1:
        raise AwsError(
            "InvalidParameterCombination", "Security groups must be in the same VPC as the cluster."
        )
