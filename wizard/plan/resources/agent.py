"""What the agent is, wherever it runs: its port, its addresses, and how its config reaches it."""

PORT = "49684"
HEALTH = "/api/v1/health"
CONFIG_VARIABLE = "FORMAE_CONFIG"
"""The environment variable with the agent's config; by it a service made by hand is known."""
FINGERPRINT = "FORMAE_CONFIG_SHA256"
"""An environment variable with the config's fingerprint: a host reads secrets only when it
deploys, so a changed config must change the service for it to be deployed again."""
CONFIG_FILE = "/tmp/formae.conf.pkl"  # noqa: S108 - in the container, which has no other user
START = " && ".join(
    (
        f"umask 077; rm -f /tmp/formae.pid; printenv {CONFIG_VARIABLE}>{CONFIG_FILE}",
        f"exec formae agent start --config {CONFIG_FILE}",
    )
)
"""A shell script that writes the config into a file that only the agent reads, and starts it."""
