"""What App Runner and its containers write to CloudWatch Logs."""

from typing import TYPE_CHECKING, Any

from wizard.standin.bridge import Moto

if TYPE_CHECKING:
    from wizard.standin.apprunner.model import AppService, Operation

PREFIX = "[AppRunner] "


class Logs:
    """Writes lines through moto's CloudWatch Logs."""

    def __init__(self, moto: Moto) -> None:
        self._moto = moto

    def event(self, service: "AppService", text: str, when: float) -> None:
        """A line of App Runner's own in the service's events."""
        self._write(service, "service", "events", PREFIX + text, when)

    def deployment(
        self, service: "AppService", operation: "Operation", text: str, when: float
    ) -> None:
        """A line of App Runner's own about one deployment."""
        self._write(service, "service", f"deployment/{operation.id}", PREFIX + text, when)

    def application(self, service: "AppService", instance: str, text: str, when: float) -> None:
        """A line the container printed."""
        self._write(service, "application", f"instance/{instance}", text, when)

    def _write(
        self, service: "AppService", group: str, stream: str, text: str, when: float
    ) -> None:
        logs: Any = self._moto.backend("logs", service.region)
        name = f"{service.log_group}/{group}"
        logs.ensure_log_group(name)
        if stream not in logs.groups[name].streams:
            logs.create_log_stream(name, stream)
        logs.put_log_events(name, stream, [{"timestamp": int(when * 1000), "message": text}])
