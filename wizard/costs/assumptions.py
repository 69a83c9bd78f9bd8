"""What an estimate says besides its lines: what costs nothing, and what is not counted."""

FREE = (
    "Roles, policies, the scaling configuration and the HTTPS address cost nothing.",
    "Backups up to the size of the database cost nothing.",
)

NOT_COUNTED = (
    "Not counted: what formae itself makes, data sent to the internet beyond AWS's free 100 GB, "
    "taxes, and the discounts and free tiers of your account.",
)

EXISTING = (
    "The cluster you have is not counted: it costs what it costs now, and a little more where the "
    "agent's work makes it grow."
)
