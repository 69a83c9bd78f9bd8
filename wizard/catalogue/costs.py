"""Cost Explorer, which not every account lets everyone ask."""

from wizard.catalogue.entry import Entry, Sign

_ALONE = "It shows the rest of the status without it."

ENTRIES = (
    Entry(
        code="FW-COST-001",
        title="Cost Explorer is not enabled in this account",
        why="Cost Explorer is not enabled, or not available to this account.",
        fix="Open it once in the Billing console, or ask the organization's administrator to give "
        "this account access; data is available a day later.",
        causes=(
            "No one has opened Cost Explorer in this account yet.",
            "The organization's management account does not share it.",
        ),
        alone=_ALONE,
        signs=(
            Sign(service="ce", codes=("AccessDenied*",), words="not enabled|linked account"),
            Sign(service="ce", codes=("OptInRequired",)),
        ),
    ),
    Entry(
        code="FW-COST-002",
        title="Cost Explorer has no data yet",
        why="Cost Explorer has no data yet: the first data takes a day after enabling.",
        fix="Try again tomorrow.",
        causes=("It was only just enabled.", "The account is new."),
        alone=_ALONE,
        signs=(Sign(service="ce", codes=("DataUnavailable*",)),),
    ),
    Entry(
        code="FW-COST-003",
        title="You are not allowed to use Cost Explorer",
        why="The permission ce:GetCostAndUsage is missing, or the account does not let IAM users "
        "see billing.",
        fix="Ask for that permission, or have the root user switch on “IAM user and role access to "
        "Billing information” in the account's settings.",
        causes=(
            "Only the root user sees billing until IAM access is switched on.",
            "An organization's policy denies it.",
        ),
        alone=_ALONE,
        signs=(Sign(service="ce", codes=("AccessDenied*", "UnauthorizedOperation")),),
    ),
)
