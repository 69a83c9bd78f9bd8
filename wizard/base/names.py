"""The names of everything a deployment is made of; the default name gives the walkthrough's."""

from dataclasses import dataclass

from wizard.base.offer import offer

DEFAULT_NAME = "formae"
TAG_KEY = "app"
TAG_VALUE = "formae-agent"
RECORD_PREFIX = "formae-wizard:"
"""Tags in which the wizard writes down what was chosen begin with this."""
RESTORED_FROM = f"{RECORD_PREFIX}restored-from"
"""The tag of a cluster with the snapshot that it was restored from."""
POWER_USER = "arn:aws:iam::aws:policy/PowerUserAccess"
"""AWS's own policy that the scope power-user attaches."""


def longest_name(host: str = "") -> int:
    """Characters that a deployment's name may have, for the host's own names are made from it."""
    found = offer(host)
    return found.longest_name - len(found.suffixes["service"])


@dataclass(frozen=True, slots=True)
class Names:
    """AWS names derived from the deployment's name, and from the host where that has its own."""

    deployment: str
    host: str = ""

    @property
    def database_secret(self) -> str:
        """Secrets Manager secret with the database's user and password."""
        return f"{self.deployment}-db-creds"

    @property
    def api_secret(self) -> str:
        """Secrets Manager secret with the API's user, password and bcrypt hash."""
        return f"{self.deployment}-api-creds"

    @property
    def config_secret(self) -> str:
        """Secrets Manager secret with the agent's Pkl config."""
        return f"{self.deployment}-config"

    @property
    def cluster(self) -> str:
        """Name of the deployment's Aurora cluster."""
        return f"{self.deployment}-db"

    @property
    def instance(self) -> str:
        """Name of the instance in the deployment's Aurora cluster."""
        return f"{self.deployment}-db-instance"

    @property
    def repository(self) -> str:
        """Name of the ECR repository with the agent's image.

        A copy that the host can do without has one of its own, so that no move takes it along.
        """
        return f"{self.deployment}/agent" if offer(self.host).pulls_anywhere else self.deployment

    @property
    def access_role(self) -> str:
        """Role with which the host pulls the image."""
        return self._hosted("access-role")

    @property
    def instance_role(self) -> str:
        """Role the agent itself works with."""
        return self._hosted("instance-role")

    @property
    def roles(self) -> dict[str, str]:
        """The name of every role, by the id of the step that makes it."""
        suffixes = offer(self.host).suffixes
        return {part: self._hosted(part) for part in suffixes if part != "service"}

    @property
    def runtime_policy(self) -> str:
        """Inline policy of the instance role: Data API and the agent's own secrets."""
        return f"{self.deployment}-data-api"

    def scope_policy(self, number: int) -> str:
        """Customer managed policy with what the agent may manage, counted from 1."""
        return f"{self.deployment}-agent-{number}"

    @property
    def service(self) -> str:
        """The host's service, and what it is made of."""
        return self._hosted("service")

    def _hosted(self, part: str) -> str:
        return self.deployment + offer(self.host).suffixes[part]
