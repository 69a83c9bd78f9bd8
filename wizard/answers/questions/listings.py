"""The lists that questions are answered from: profiles, clusters, secrets, policies."""

from __future__ import annotations

from wizard.answers.questions.lists import (
    AwsList,
    Cluster,
    Listed,
    Listing,
    Offer,
    Policy,
    QuestionContext,
    StoredSecret,
    rows,
)
from wizard.base.errors import WizardError

PASTE = "You can still paste an ARN."
AWS_POLICIES = (
    Policy("arn:aws:iam::aws:policy/PowerUserAccess", "PowerUserAccess", "everything but IAM"),
    Policy("arn:aws:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess", "reads everything"),
    Policy(
        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
        "ViewOnlyAccess",
        "lists everything, reads no data",
    ),
    Policy("arn:aws:iam::aws:policy/SecurityAudit", "SecurityAudit", "reads configuration"),
    Policy(
        "arn:aws:iam::aws:policy/job-function/NetworkAdministrator",
        "NetworkAdministrator",
        "networks, load balancers, DNS",
    ),
    Policy(
        "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator",
        "DatabaseAdministrator",
        "databases and related services",
    ),
    Policy(
        "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
        "SystemAdministrator",
        "servers, storage, monitoring",
    ),
    Policy(
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "AdministratorAccess",
        "everything including IAM: administrator",
    ),
)
"""AWS's managed policies that are made for jobs; every account has them, so nobody is asked."""


def _profiles(context: QuestionContext) -> Listed:
    """Every sign-in of this machine with its kind, its region, and until when it holds."""
    offers = []
    for each in context.profiles:
        columns = (each.name or "(empty)", each.kind.value, each.region, each.holds)
        offers.append(Offer(each.name, _sentence(*columns), columns=columns))
    return Listed(offers=offers)


def _clusters(context: QuestionContext) -> Listed:
    """The region's clusters, unfit ones with the reason."""
    region = context.values["region"]
    match context.clusters:
        case None:
            wanted = f"The clusters in {region} are listed here once you are signed in."
            return Listed(
                page="Listing clusters …"
                if context.signed_in
                else "Sign in to list your clusters, or paste an ARN.",
                waiting=context.signed_in,
                line=f"Cluster. {wanted}",
            )
        case WizardError() as trouble:
            return Listed(trouble=trouble, page=PASTE, line="Cluster.", otherwise=PASTE)
        case found:
            number = sum(not each.unfit for each in found)
            fit = f"{number} of {len(found)} in {region} can be used."
            return Listed(
                offers=[_cluster(each, context.values.get("name", "")) for each in found],
                page=fit if found else f"No clusters in {region}.",
                line=f"Cluster. {fit if found else f'None in {region}.'}",
            )


def _cluster(each: Cluster, name: str) -> Offer:
    """A row; one that another deployment made says so in its state's place."""
    if each.unfit:
        return Offer(each.arn, each.name, each.unfit)
    data_api = f"Data API {'on' if each.data_api else 'off'}"
    state = f"of “{each.deployment}”" if each.deployment not in {"", name} else each.status
    label = _sentence(each.name, f"PostgreSQL {each.version}", state, data_api)
    return Offer(each.arn, label, columns=(each.name, each.version, state, data_api))


def _secrets(context: QuestionContext) -> Listed:
    """The region's secrets; the one RDS keeps for the chosen cluster comes first."""
    own = context.cluster.secret_arn if context.cluster else ""
    offers = [_secret(each, own) for each in rows(context.secrets)]
    trouble = context.secrets if isinstance(context.secrets, WizardError) else None
    return Listed(
        offers=sorted(offers, key=lambda each: each.value != own),
        trouble=trouble,
        otherwise=PASTE if trouble else "",
    )


def _secret(each: StoredSecret, own: str) -> Offer:
    about, shown = each.about, each.about
    if each.arn == own:
        about = "managed by RDS for this cluster"
        shown = f"({about})"
    return Offer(each.arn, _sentence(each.name, about), columns=(each.name, shown))


def _policies(context: QuestionContext) -> Listed:
    """The account's own managed policies, then AWS's for jobs."""
    own = rows(context.policies)
    number = f"{_own(len(own))} Below: AWS's job-function policies."
    waiting = context.policies is None and context.signed_in
    trouble, page = None, number
    match context.policies:
        case None:
            page = "Listing your policies …"
            page = page if waiting else "Sign in to list your account's policies too."
        case WizardError():
            trouble = context.policies
            page = "AWS's own policies are listed; you can still paste an ARN."
        case _:
            pass
    return Listed(
        offers=[_policy(each) for each in (*own, *AWS_POLICIES)],
        trouble=trouble,
        page=page,
        waiting=waiting,
        line=f"Policies. {number} You can also paste an ARN.",
    )


def _own(number: int) -> str:
    """How many policies the account itself has, as a sentence."""
    many = "policy" if number == 1 else "policies"
    return f"Your account has {number or 'no'} {many} of its own."


def _policy(each: Policy) -> Offer:
    columns = (each.name, each.about)
    return Offer(each.arn, f"{each.name}, {each.about}", each.unfit, columns)


def _sentence(*parts: str) -> str:
    return ", ".join(filter(None, parts))


WIDEST = 1000
"""As wide as its longest text."""
PROFILES = Listing(listed=_profiles, widths=((0, 24), (12, 12), (14, 14)), gap=" ")
CLUSTERS = Listing(
    listed=_clusters,
    asks=AwsList.CLUSTERS,
    told=True,
    open=True,
    widths=((12, WIDEST), (0, WIDEST), (0, WIDEST), (12, 12)),
    gap=" ",
    cut=True,
)
SECRETS = Listing(listed=_secrets, asks=AwsList.SECRETS)
POLICIES = Listing(listed=_policies, asks=AwsList.POLICIES, told=True, widths=((0, 30),))
