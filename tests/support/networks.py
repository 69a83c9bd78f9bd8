"""VPCs of the stand-in besides the default one, as companies have them."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.standin import REGION, client

ANYWHERE = "0.0.0.0/0"


@dataclass
class Network:
    """A VPC with two public subnets and two private ones behind a NAT gateway, in two zones."""

    region: str = REGION
    block: str = "10.20"
    name: str = "team"
    public: list[str] = field(default_factory=list)
    private: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ec2: Any = client("ec2", self.region)
        self.vpc = self.ec2.create_vpc(CidrBlock=f"{self.block}.0.0/16")["Vpc"]["VpcId"]
        self.ec2.create_tags(Resources=[self.vpc], Tags=[{"Key": "Name", "Value": self.name}])
        made = self.ec2.create_internet_gateway()["InternetGateway"]
        self.gate = made["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gate, VpcId=self.vpc)
        self.public = [self.subnet(0, "a"), self.subnet(1, "b")]
        self.private = [self.subnet(2, "a"), self.subnet(3, "b")]
        nat = self.ec2.create_nat_gateway(SubnetId=self.public[0], ConnectivityType="private")
        number = nat["NatGateway"]["NatGatewayId"]
        self.route(self.public, GatewayId=self.gate)
        self.route(self.private, NatGatewayId=number)

    def subnet(self, number: int, zone: str, bits: int = 24) -> str:
        """One more subnet, without a way out."""
        made = self.ec2.create_subnet(
            VpcId=self.vpc,
            CidrBlock=f"{self.block}.{number}.0/{bits}",
            AvailabilityZone=f"{self.region}{zone}",
        )
        return str(made["Subnet"]["SubnetId"])

    def endpoints(self, *services: str, private_dns: bool = True) -> None:
        """VPC endpoints as subnets without a way out use them; S3's is in the main route table."""
        for each in services:
            named = {"VpcId": self.vpc, "ServiceName": f"com.amazonaws.{self.region}.{each}"}
            if each != "s3":
                interface = {"VpcEndpointType": "Interface", "PrivateDnsEnabled": private_dns}
                self.ec2.create_vpc_endpoint(**named, **interface)
                continue
            filters = [{"Name": "vpc-id", "Values": [self.vpc]}]
            filters += [{"Name": "association.main", "Values": ["true"]}]
            (table,) = self.ec2.describe_route_tables(Filters=filters)["RouteTables"]
            tables = [table["RouteTableId"]]
            self.ec2.create_vpc_endpoint(**named, VpcEndpointType="Gateway", RouteTableIds=tables)

    def route(self, subnets: list[str], **target: str) -> None:
        """Give the subnets a table of their own with that default route."""
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, **target)
        for each in subnets:
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=each)
