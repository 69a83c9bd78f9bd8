"""The stand-in as an object: start it, point AWS clients at it, stop it."""

import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from wizard.local.clock import CLOCK_VARIABLE, skipped
from wizard.local.image.names import REGISTRY_VARIABLE
from wizard.standin import certificate, moto_time
from wizard.standin.apprunner.service import AppRunner
from wizard.standin.bridge import Moto
from wizard.standin.call import AwsError, Call
from wizard.standin.clock import Clock
from wizard.standin.cloudformation import CloudFormation
from wizard.standin.costs import CostExplorer
from wizard.standin.dataapi.catalogue import CatalogueOnly
from wizard.standin.dataapi.databases import Databases
from wizard.standin.dataapi.service import DataApi
from wizard.standin.docker.engine import Engine
from wizard.standin.docker.registries import SOURCES, Registries
from wizard.standin.durations import Durations
from wizard.standin.ecr import Ecr
from wizard.standin.ecs.service import Ec2, Ecs
from wizard.standin.faults import Fault
from wizard.standin.freetier import FreeTier
from wizard.standin.front import Behaviour, Front
from wizard.standin.identity import Identity
from wizard.standin.kept import Kept, keep, put_back
from wizard.standin.loggroups import LogGroups
from wizard.standin.pricing import Pricing
from wizard.standin.quiet import KeptOpen
from wizard.standin.quotas import Quotas
from wizard.standin.rds.service import Rds
from wizard.standin.rds.wire import Wire
from wizard.standin.roles import Roles
from wizard.standin.secrets import Secrets
from wizard.standin.world import Registry, Service, World

LOOPBACK = "127.0.0.1"


class StandIn:
    """AWS on this machine, for one process: moto keeps its state in module globals.

    Use it as a context manager, or `start` and `stop` it. Without a `scale` its time is that of
    all who have its `environment`, and moves on as soon as one of them waits.
    """

    def __init__(
        self,
        *,
        scale: float | None = 1.0,
        durations: Durations | None = None,
        databases: Databases | None = None,
        registry: Registry | None = None,
        folder: Path | None = None,
        docker: bool = False,
    ) -> None:
        self._given = (scale, durations or Durations(), databases or CatalogueOnly(), registry)
        self._docker = docker
        self._folder = folder or Path(tempfile.mkdtemp(prefix="formae-standin-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._certificate = certificate.make(self._folder)
        self._jumps = str(self._folder / "clock")
        moto = Moto()
        self.world = World(
            clock=Clock(),
            durations=self._given[1],
            moto=moto,
            roles=Roles(moto),
            databases=self._given[2],
            folder=self._folder,
            registry=registry,
        )
        self._set_clock(scale)
        moto_time.follow(self.world.clock)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self.engine: Engine | None = None
        self.registries: Registries | None = None
        self._kept: list[Kept] = []
        self._assemble()

    def _assemble(self) -> None:
        rds = Rds(self.world, self._certificate.context)
        self.lives, self.gateways = rds.lives, rds.gateways
        self.apprunner = AppRunner(self.world, self._certificate.context)
        self.ecs = Ecs(self.world, self._certificate.context)
        self._data = DataApi(self.world, rds.lives)
        self.secrets = Secrets(self.world)
        self.costs = CostExplorer()
        services: dict[str, Service] = {
            "rds": rds,
            "rds-data": self._data,
            "apprunner": self.apprunner,
            "ecs": self.ecs,
            "ec2": Ec2(self.world, self.ecs, rds.lives),
            "secretsmanager": self.secrets,
            "ecr": Ecr(self.world),
            "logs": LogGroups(self.world),
            "cloudformation": CloudFormation(),
            "pricing": Pricing(),
            "ce": self.costs,
            "freetier": FreeTier(self.world),
            "servicequotas": Quotas(self.world),
            "iam": Identity(self.world),
        }
        wire = Wire(self.world, rds.lives, self.ecs.place)
        self._front = Front(self.world, services, self._settle, wire)

    def _settle(self) -> None:
        self.apprunner.settle()
        self.ecs.settle()

    def start(self) -> "StandIn":
        """Listen. Returns itself."""
        self._server = make_server(
            LOOPBACK, 0, self.answer, threaded=True, request_handler=KeptOpen
        )
        self.world.endpoint = f"http://{LOOPBACK}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        self.registries = Registries(self.world)
        self.world.registries = self.registries.address
        if self._docker:
            self.engine = Engine(self.world)
        return self

    def stop(self) -> None:
        """End everything that was started, and remove every file."""
        self.apprunner.close()
        self.ecs.close()
        self.gateways.close()
        for each in self._kept:
            each.let_go()
        self._data.close()
        if self.engine:
            self.engine.close()
        if self.registries:
            self.registries.close()
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self.world.databases.reset()
        self.world.moto.reset()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "StandIn":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request to AWS, as a WSGI application."""
        return self._front(environ, start_response)

    def environment(self) -> dict[str, str]:
        """What makes a program take this for AWS. Names no region: that is yours."""
        given = {
            "AWS_ENDPOINT_URL": self.world.endpoint,
            "AWS_ACCESS_KEY_ID": "AKIASTANDIN000000000",
            "AWS_SECRET_ACCESS_KEY": "standin",
            "AWS_CA_BUNDLE": str(self._certificate.authority),
            "SSL_CERT_FILE": str(self._certificate.authority),
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": f"{LOOPBACK},localhost",
            "FORMAE_WIZARD_ADDRESS": self.world.caller,
        }
        if self.registries:
            given[REGISTRY_VARIABLE] = f"{self.registries.address}/{SOURCES}"
        if self.engine:
            given["DOCKER_HOST"] = self.engine.address
        if self.world.clock.jumps:
            given[CLOCK_VARIABLE] = self._jumps
        return given

    @property
    def calls(self) -> list[Call]:
        """Every call so far, oldest first."""
        return self._front.calls

    @property
    def behaviour(self) -> Behaviour:
        """Switches: `closed`, `expired`, `spent`, `latency`, `skew`."""
        return self._front.behaviour

    def fail(
        self,
        service: str,
        operation: str,
        code: str,
        message: str,
        *,
        status: int = 400,
        times: int = 1,
    ) -> None:
        """Let the next calls of an operation (`*`: of a service) end in an error."""
        error = AwsError(code, message, status)
        self.disturb(Fault(service=service, operation=operation, outcome=error, times=times))

    def disturb(self, fault: Fault) -> None:
        """Let something go wrong from now on: see `wizard.standin.faults`."""
        self.behaviour.faults.append(fault)

    def reset(
        self,
        *,
        scale: float | None = None,
        durations: Durations | None = None,
        databases: Databases | None = None,
        registry: Registry | None = None,
    ) -> None:
        """A new account, without stopping the server. What is not given is as at the start."""
        self.apprunner.close()
        self.ecs.close()
        self.gateways.close()
        self._data.close()
        self.world.databases.reset()
        self.world.roles.reset()
        self.world.moto.reset()
        self.world.limits.clear()
        self.world.failing_deletions = self.world.wedged_routes = 0
        self.world.managed = {}
        self.world.account_plan = None
        first_scale, first_durations, first_databases, first_registry = self._given
        self._set_clock(first_scale if scale is None else scale)
        self.world.durations = durations or first_durations
        self.world.databases = databases or first_databases
        self.world.registry = registry or first_registry
        self._assemble()
        for each in (self.engine, self.registries):
            if each:
                each.reset()

    def _set_clock(self, scale: float | None) -> None:
        clock = self.world.clock
        clock.scale = 1.0 if scale is None else scale
        clock.jumps = skipped(self._jumps) if scale is None else None
        if clock.jumps:
            clock.jumps.put(0)
            clock.jumps.held = False

    def keep(self) -> Kept:
        """The account as it is, for `put_back` after a reset. Nothing may be under way in it."""
        self._kept.append(keep(self))
        return self._kept[-1]

    def put_back(self, kept: Kept) -> None:
        """Make the account, just reset, the one that was kept. Raises OSError where it cannot."""
        put_back(self, kept)

    def break_instance(self, region: str, name: str, status: str) -> None:
        """Put a database instance into a state that it does not leave, such as `failed`."""
        self.lives.instances[region, name].broken = status

    def delete_default_vpc(self, region: str) -> None:
        """Make the region one without a default VPC, as older and tidied accounts have."""
        ec2 = self.world.moto.backend("ec2", region)
        for vpc in [it for it in ec2.vpcs.values() if it.is_default]:
            for subnet in ec2.describe_subnets(filters={"vpc-id": [vpc.id]}):
                ec2.delete_subnet(subnet.id)
            del ec2.vpcs[vpc.id]

    def warm_up(self) -> None:
        """Load what is slow to load, so that the first call to it is not."""
        for service in ("iam", "rds", "ec2", "secretsmanager", "ecr", "logs"):
            self.world.moto.backend(service, os.environ.get("AWS_REGION", "us-east-1"))
