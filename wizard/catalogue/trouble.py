"""Errors of AWS in general: the way there, and services that not every account may ask."""

from wizard.base.account_plan import UPGRADE
from wizard.catalogue.entry import Entry, Sign

_BUDGET = "It retries for 10 minutes with growing pauses, and shows that."

ENTRIES = (
    Entry(
        code="FW-AWS-008",
        title="The account's Free plan does not allow this",
        why="AWS limits what an account on its Free plan can create: of Aurora, only clusters with "
        "express configuration, and backups kept for at most one day.",
        fix=f"Choose what the plan allows, or {UPGRADE}. Then run the same command again to "
        "resume.",
        causes=("A new account: since July 2025 it starts on the Free plan.",),
        alone="It reads the plan before the first change, where it is allowed to "
        "(freetier:GetAccountPlanState). It never upgrades a plan.",
        signs=(Sign(codes=("FreeTierRestriction*",)),),
    ),
    Entry(
        code="FW-AWS-009",
        title="The account's Free plan has ended",
        why="AWS closes an account whose Free plan has ended or whose credits are used up, unless "
        "its plan is upgraded.",
        fix=f"Use another account, or {UPGRADE}. Nothing was created.",
        causes=("Six months have passed since the account was opened.", "Its credits are used up."),
        alone="It reads the plan before the first change, where it is allowed to "
        "(freetier:GetAccountPlanState). It never upgrades a plan.",
    ),
    Entry(
        code="FW-AWS-001",
        title="AWS is throttling this account",
        why="AWS is throttling this account, even after several tries.",
        fix="Wait a minute, then run the same command again to resume.",
        causes=("Another program in the same account makes many requests.",),
        alone=_BUDGET,
        signs=(
            Sign(codes=("Throttl*", "TooManyRequests*", "RequestLimitExceeded", "SlowDown")),
            Sign(codes=("BandwidthLimitExceeded", "PriorRequestNotComplete")),
        ),
    ),
    Entry(
        code="FW-AWS-002",
        title="AWS has a problem",
        why="The AWS service reported an internal error, even after several retries.",
        fix="See https://health.aws.amazon.com/health/status, wait, then run the same command "
        "again to resume.",
        alone=f"{_BUDGET} Before it repeats a call, it checks whether the first one took effect.",
        signs=(
            Sign(codes=("Internal*", "ServiceFailure", "ServerException", "InternalFailure")),
            Sign(codes=("ServiceUnavailable*",)),
        ),
    ),
    Entry(
        code="FW-AWS-003",
        title="A quota of the account is used up",
        why="A quota of the account is used up.",
        fix="Remove unused resources, or request an increase in the Service Quotas console.",
        causes=("Unused resources; failed services count too.",),
        alone="It checks the quotas that AWS reports before the first change.",
        signs=(Sign(codes=("*QuotaExceeded*", "*LimitExceeded*")),),
    ),
    Entry(
        code="FW-AWS-006",
        title="The account is not activated for this service",
        why="AWS lets the account use the service only after its sign-up was completed.",
        fix="Complete it in the Billing console (payment method, telephone), which takes up to a "
        "day to be known everywhere, or use another account.",
        causes=("A new account.", "An account that was suspended or closed."),
        signs=(Sign(codes=("SubscriptionRequired*", "OptInRequired*", "NotSignedUp*")),),
    ),
    Entry(
        code="FW-AWS-007",
        title="It is protected against deletion",
        why="Someone enabled deletion protection for it.",
        fix="If you are sure, disable it in the AWS console, then run the same command again.",
        signs=(Sign(words=r"deletion.?protection"),),
    ),
    Entry(
        code="FW-AWS-004",
        title="AWS rejects a value",
        why="A value is not valid.",
        fix="Change what the message names, an answer or the resource itself, then run the same "
        "command again.",
        causes=("AWS's API model allows the value, but the service does not.",),
        signs=(
            Sign(codes=("Validation*", "InvalidParameter*", "ParamValidation")),
            Sign(codes=("MalformedInput*", "SerializationException")),
        ),
    ),
    Entry(
        code="FW-AWS-005",
        title="Someone else is changing the same resource",
        why="Another change to the same resource is in progress.",
        fix="Wait a minute, then run the same command again to resume.",
        causes=("Another run, the console, or a pipeline.",),
        alone=_BUDGET,
        signs=(Sign(codes=("ConcurrentModification*", "EntityTemporarilyUnmodifiable*")),),
    ),
    Entry(
        code="FW-AWS-099",
        title="AWS reports an unknown error",
        fix="Fix what the message names, then run the same command again to resume.",
        alone="Steps that do not depend on the refused one still finish.",
    ),
    Entry(
        code="FW-NET-001",
        title="AWS cannot be reached",
        fix="Check the network, the proxy settings (HTTPS_PROXY) and the region's name.",
        causes=(
            "There is no network.",
            "A proxy is not configured, or needs a password.",
            "Slow DNS.",
        ),
        alone=_BUDGET,
    ),
    Entry(
        code="FW-NET-002",
        title="AWS did not answer",
        fix="Check the network, the proxy settings (HTTPS_PROXY) and the region's name.",
        causes=(
            "The connection broke before the answer arrived, so the call may have taken effect.",
        ),
        alone=f"{_BUDGET} Before it repeats a call, it checks whether the first one took effect.",
    ),
    Entry(
        code="FW-NET-003",
        title="The secure connection to AWS failed",
        fix="Behind a proxy that inspects TLS, set AWS_CA_BUNDLE to its certificate.",
        causes=("A proxy inspects TLS.", "The clock is wrong by days."),
    ),
    Entry(
        code="FW-NET-004",
        title="The call to AWS failed on this machine",
        fix="Check this machine's AWS configuration, then try again.",
        causes=("An error in ~/.aws/config.", "An unknown region."),
    ),
    Entry(
        code="FW-NET-005",
        title="AWS cannot be reached through such a proxy",
        fix="Let HTTPS_PROXY name an HTTP proxy (http://host:port), or unset it.",
        causes=("A SOCKS proxy, which AWS's library cannot use.", "A typing mistake."),
    ),
)


_ALONE = "It shows the rest of the status without it."

COST_EXPLORER = (
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
