"""How long AWS takes for things, in seconds of AWS's own time; the clock scales them down."""

from dataclasses import asdict, dataclass

DEMO_SCALE = 0.075
"""A whole installation, about 13 minutes on AWS, takes about a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """One table of every wait the stand-in imitates."""

    call: float = 0.08
    """One API call. Only waited for where latency is asked for."""
    role_propagation: float = 12.0
    """Until App Runner can assume a new role."""
    secret_purge: float = 5.0
    """Until the name of a secret deleted without recovery is free again."""

    cluster_create: float = 150.0
    express_create: float = 30.0
    """Cluster and instance together, in Aurora's express configuration."""
    cluster_modify: float = 30.0
    cluster_delete: float = 90.0
    cluster_restore: float = 240.0
    """Until a cluster that comes from a snapshot is available."""
    cluster_snapshot: float = 40.0
    http_endpoint: float = 20.0
    """Until a switched-on Data API answers."""
    instance_create: float = 420.0
    instance_delete: float = 180.0
    data_api_ready: float = 10.0
    """From the first available instance until the Data API reaches it."""

    service_create: float = 200.0
    service_update: float = 150.0
    service_delete: float = 60.0
    service_pause: float = 60.0
    service_resume: float = 120.0
    container_start: float = 80.0
    """Into a create, update or resume: image pulled, container started."""
    unhealthy: float = 300.0
    """How long App Runner gives a container to become healthy."""
    start_grace: float = 20.0
    """Seconds of this machine's time, unscaled, that a living process gets to listen."""
    rollback: float = 60.0

    gateway_route: float = 200.0
    """From a service's first use of a gateway until its balancer and certificate are there."""
    gateway_trust: float = 30.0
    """The age a gateway's role must have for ECS not to meet a refusal it never tries again."""
    route_delete: float = 90.0
    canary: float = 360.0
    """How long Express lets old and new tasks run beside each other."""
    alarm_period: float = 60.0
    """Of the alarm that watches Express deployments."""
    task_start: float = 70.0
    """From the order until the image is pulled and the container runs."""
    task_stop: float = 10.0

    layer_megabyte: float = 0.15
    """Per megabyte of image, pulling or pushing. Docker engine stand-in."""

    def times(self, factor: float) -> "Durations":
        """All of AWS's waits longer or shorter; what this machine itself needs stays."""
        own = {"call": self.call, "start_grace": self.start_grace}
        return Durations(**{name: factor * value for name, value in asdict(self).items()} | own)


BRIEF = Durations().times(0.1)
"""For tests whose time jumps: little is asked meanwhile, and still nothing is there at once."""
