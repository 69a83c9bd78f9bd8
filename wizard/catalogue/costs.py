"""Cost Explorer, which not every account lets everyone ask."""

from wizard.catalogue.entry import Entry, Sign

_ALONE = "It tells all the rest of the status without it."

ENTRIES = (
    Entry(
        code="FW-COST-001",
        title="Cost Explorer is not enabled in this account",
        why="Cost Explorer is not enabled, or closed to this account.",
        fix="Open it once in the Billing console, or ask whoever manages the organisation to let "
        "this account use it; it answers a day later.",
        causes=(
            "Nobody has ever opened Cost Explorer in this account.",
            "The organisation's management account keeps it to itself.",
        ),
        alone=_ALONE,
        signs=(
            Sign(service="ce", codes=("AccessDenied*",), words="not enabled|linked account"),
            Sign(service="ce", codes=("OptInRequired",)),
        ),
    ),
    Entry(
        code="FW-COST-002",
        title="Cost Explorer has no figures yet",
        why="Cost Explorer has no figures yet: it takes a day after it was enabled.",
        fix="Ask again tomorrow.",
        causes=("It was enabled only now.", "The account is new."),
        alone=_ALONE,
        signs=(Sign(service="ce", codes=("DataUnavailable*",)),),
    ),
    Entry(
        code="FW-COST-003",
        title="You may not ask Cost Explorer",
        why="The permission ce:GetCostAndUsage is missing, or the account keeps its users away "
        "from billing.",
        fix="Ask for that permission, or have the root user switch on “IAM user and role access to "
        "Billing information” in the account's settings.",
        causes=(
            "Billing is closed to all but the root user until somebody switches that on.",
            "An organisation's rules keep it from everyone.",
        ),
        alone=_ALONE,
        signs=(Sign(service="ce", codes=("AccessDenied*", "UnauthorizedOperation")),),
    ),
)
