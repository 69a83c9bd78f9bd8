"""What an estimate assumes, and why. Every number that is no price and no answer is here."""

from decimal import Decimal

HOURS = Decimal(730)
"""A month, as AWS counts it: 8,760 hours a year by twelve."""

BUSY_HOURS_A_DAY = 8
"""A busy month: the agent answers requests through a working day, every day of the month. It is as
busy as the people and pipelines that use it; the rest of the day it is idle."""

BUSY_HOURS = HOURS * BUSY_HOURS_A_DAY / 24

POLL_SECONDS = 5
"""formae looks for expired stacks that often, with one statement each time, busy or not."""

IDLE_STATEMENTS = HOURS * 3600 / POLL_SECONDS

BUSY_STATEMENTS = Decimal(1_000_000)
"""On top of the polling: commands, and the synchronisation of about a hundred resources every five
minutes (8,760 times a month) at about a hundred statements each. A guess on the high side."""

IDLE_IO = Decimal(100_000)
BUSY_IO = Decimal(1_000_000)
"""Reads of so small a database come from memory and are free; what is billed is what is written,
about one write for each statement of a busy month. A guess on the high side."""

STORAGE_GB = Decimal(1)
"""The state of about a hundred resources with its history; Aurora bills what is used."""

SECRET_CALLS = Decimal(10_000)
"""App Runner reads the secrets once a deployment and the Data API keeps the database's for a while;
AWS does not say how long. A guess on the high side."""

IMAGE_GB = Decimal(1)
"""One image of the agent with all its plugins, compressed as ECR keeps it."""

IDLE_LOGS_GB = Decimal("0.1")
BUSY_LOGS_GB = Decimal(1)
"""The agent's own lines and App Runner's; about 1 KB every 20 seconds idle, ten times that busy."""

FREE = (
    "Roles, policies, the scaling configuration and the HTTPS address cost nothing.",
    "Backups up to the size of the database cost nothing.",
)

NOT_COUNTED = (
    "Not counted: what formae itself makes, data sent to the internet beyond AWS's free 100 GB, "
    "taxes, and the discounts and free tiers of your account.",
    "App Runner bills CPU while requests are answered. AWS does not say whether its health checks "
    "count; if they do, an idle agent costs up to its CPU around the clock as well.",
)

EXISTING = (
    "The cluster you have is not counted: it costs what it costs now, and a little more where the "
    "agent's work makes it grow."
)
