"""Another password for what is deployed, as a plan: each step can be lost and taken up again.

The new password lies beside the old one in the secret, labelled AWSPENDING, until it is proved; so
whichever of the two works at a moment can be found there. Reading the labels is how a later run
goes on.
"""

from wizard.plan.rotation.api import ApiStanding, api_password, api_put_back
from wizard.plan.rotation.database import (
    DatabaseStanding,
    database_over,
    database_password,
    version,
)

__all__ = [
    "ApiStanding",
    "DatabaseStanding",
    "api_password",
    "api_put_back",
    "database_over",
    "database_password",
    "version",
]
