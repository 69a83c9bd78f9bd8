"""What is deployed: found by name and tag, and every answer read back from what really runs.

Only read calls are made. What cannot be seen is told as a gap; it never ends the look.
"""

from wizard.deployed.find import Deployment, Found, Part, deployments
from wizard.deployed.read import Deployed, answers_of, deployed
from wizard.deployed.seen import Seen, see

__all__ = [
    "Deployed",
    "Deployment",
    "Found",
    "Part",
    "Seen",
    "answers_of",
    "deployed",
    "deployments",
    "see",
]
