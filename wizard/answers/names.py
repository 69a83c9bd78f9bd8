"""The names of everything a deployment is made of; the default name gives the walkthrough's."""

from dataclasses import dataclass

DEFAULT_NAME = "formae"
TAG_KEY = "app"
TAG_VALUE = "formae-agent"
RECORD_PREFIX = "formae-wizard:"
"""Tags in which the wizard writes down what was chosen begin with this."""
LONGEST_NAME = 26
"""App Runner's scaling configurations take 32 characters, and ours end in `-agent`."""


@dataclass(frozen=True, slots=True)
class Names:
    """AWS names derived from the deployment's name."""

    deployment: str

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
        """Aurora cluster."""
        return f"{self.deployment}-db"

    @property
    def instance(self) -> str:
        """Aurora instance."""
        return f"{self.deployment}-db-instance"

    @property
    def repository(self) -> str:
        """ECR repository."""
        return self.deployment

    @property
    def access_role(self) -> str:
        """Role with which App Runner pulls the image."""
        return f"{self.deployment}-apprunner-access"

    @property
    def instance_role(self) -> str:
        """Role the agent itself works with."""
        return f"{self.deployment}-apprunner-instance"

    @property
    def runtime_policy(self) -> str:
        """Inline policy of the instance role: Data API and the agent's own secrets."""
        return f"{self.deployment}-data-api"

    def scope_policy(self, number: int) -> str:
        """Customer managed policy with what the agent may manage, counted from 1."""
        return f"{self.deployment}-agent-{number}"

    @property
    def service(self) -> str:
        """App Runner service, and its auto scaling configuration."""
        return f"{self.deployment}-agent"
