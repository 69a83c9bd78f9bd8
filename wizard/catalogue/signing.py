"""Signing in, permissions and roles."""

from wizard.catalogue.entry import Entry, Sign

_ON = "then run the same command again to resume."
_WAITS = (
    "During a run, it waits for an hour, checks every 3 seconds whether you have signed in again, "
    "and resumes on its own; AWS continues meanwhile with what it has started."
)

ENTRIES = (
    Entry(
        code="FW-SIGN-001",
        title="The AWS sign-in has ended",
        why="The credentials have expired.",
        fix=f"Sign in again (for example `aws sso login`), {_ON}",
        causes=(
            "A sign-in with SSO, `aws login`, a role or temporary keys lasts only a few hours.",
            "Temporary keys were set in the environment; a running program never sees new ones.",
        ),
        alone=f"It warns you before the start if the sign-in would end too soon. {_WAITS}",
        signs=(
            Sign(codes=("ExpiredToken", "ExpiredTokenException", "RequestExpired")),
            Sign(codes=("TokenRefreshRequired",)),
        ),
    ),
    Entry(
        code="FW-SIGN-007",
        title="This machine's clock is wrong",
        why="AWS rejects requests signed more than five minutes before or after its own time.",
        fix="Set the clock (on Linux: `timedatectl set-ntp true`), then try again.",
        causes=("A laptop or virtual machine was asleep.", "No time service is running."),
        alone="It compares the clock with AWS's and shows the difference.",
        signs=(
            Sign(codes=("RequestTimeTooSkewed",)),
            Sign(words=r"Signature (expired|not yet current)"),
        ),
    ),
    Entry(
        code="FW-SIGN-002",
        title="AWS does not accept the credentials",
        why="AWS does not accept the credentials.",
        fix="Check the profile (`aws sts get-caller-identity`) and the clock.",
        causes=(
            "The access key was deleted or deactivated, or belongs to another AWS partition.",
            "The secret key was copied incompletely.",
            "The region is not enabled in this account.",
        ),
        signs=(
            Sign(codes=("InvalidClientTokenId", "UnrecognizedClient*", "AuthFailure")),
            Sign(codes=("SignatureDoesNotMatch", "InvalidSignature*", "InvalidAccessKeyId")),
        ),
    ),
    Entry(
        code="FW-SIGN-003",
        title="You are not signed in to AWS on this machine",
        fix="Sign in with `aws configure sso`, `aws login` or `aws configure`, or try --demo.",
        causes=(
            "There are no credentials in the environment, and the profile has none.",
            "AWS_PROFILE or --profile names a different profile than the one you signed in with.",
        ),
        alone=(
            "It looks for credentials in the same places and order as AWS's own tools, and stores "
            "none."
        ),
    ),
    Entry(
        code="FW-SIGN-004",
        title="The AWS profile does not exist",
        fix="List the profiles with `aws configure list-profiles`.",
        causes=("A typo.", "AWS_CONFIG_FILE points to another file."),
    ),
    Entry(
        code="FW-SIGN-005",
        title="The AWS sign-in ends before the run is likely to finish",
        fix="Sign in again before you start.",
        causes=("The plan usually takes longer than the sign-in still lasts.",),
        alone=_WAITS,
    ),
    Entry(
        code="FW-SIGN-006",
        title="The sign-in has ended or cannot be renewed",
        fix="Sign in again with `aws sso login` or `aws login`; add --profile for a named profile.",
        causes=("The browser session has ended.", "The cached token was removed."),
        alone=_WAITS,
    ),
    Entry(
        code="FW-IAM-004",
        title="App Runner cannot assume the role",
        why="App Runner cannot assume the role, even after several minutes: its trust policy is "
        "wrong or a service control policy forbids it.",
        fix="Check the role's trust relationship in the IAM console.",
        causes=("The role was created only seconds ago.", "The trust policy was changed by hand."),
        alone="It retries a new role for two minutes, because IAM changes take time to propagate.",
        signs=(Sign(words=r"Error in assuming"),),
    ),
    Entry(
        code="FW-IAM-007",
        title="You are not allowed to pass a role to a service",
        why="You lack iam:PassRole for this role; AWS's message names it.",
        fix="Ask for iam:PassRole on the role, then run the same command again.",
        causes=("A policy allows you to create services, but not to pass roles to them.",),
        alone="It checks the permissions for the whole plan before the first change, if AWS allows "
        "that.",
        signs=(Sign(words=r"iam:PassRole"),),
    ),
    Entry(
        code="FW-IAM-008",
        title="A service-linked role cannot be created",
        why="The first service of its kind in an account needs a service-linked role, and you are "
        "not allowed to create it.",
        fix="Ask an administrator for iam:CreateServiceLinkedRole, or to create the role once "
        "(`aws iam create-service-linked-role --aws-service-name …`); then run the command "
        "again.",
        signs=(Sign(words=r"CreateServiceLinkedRole|service.linked role"),),
    ),
    Entry(
        code="FW-IAM-002",
        title="An organization policy or permissions boundary forbids it",
        why="A policy of the organization or a permissions boundary forbids it, regardless of your "
        "other permissions; AWS's message names it.",
        fix="Ask the organization's administrators, or use an account where it is allowed.",
        causes=("A service control policy.", "The organization does not allow this region."),
        signs=(Sign(words=r"explicit deny|service control policy|permissions boundary"),),
    ),
    Entry(
        code="FW-IAM-001",
        title="A permission is missing",
        why="You lack a permission; AWS's message names it.",
        fix="Ask for it, or use a profile that has it, then run the same command again.",
        causes=("The profile uses a read-only role.", "The wrong account."),
        alone="It checks the permissions for the whole plan before the first change, if AWS allows "
        "that. Steps that do not depend on the refused one still finish.",
        signs=(
            Sign(codes=("AccessDenied*", "UnauthorizedOperation", "*ForbiddenException")),
            Sign(codes=("NotAuthorized", "UnauthorizedException")),
            Sign(words=r"not authorized to perform"),
        ),
    ),
    Entry(
        code="FW-IAM-003",
        title="Something else still uses it",
        why="Something else in the account still uses it: a policy may be attached to another "
        "role, user or group.",
        fix="If you are sure, detach it there, then run the same command again; the wizard never "
        "detaches from what others created.",
        signs=(Sign(codes=("DeleteConflict*",)),),
    ),
    Entry(
        code="FW-IAM-005",
        title="AWS rejects the policy",
        why="AWS cannot read the policy, or it is too long.",
        fix="Correct the document that you edited or provided (--policy-file).",
        causes=("An edited document.", "It is longer than AWS's limit of 6,144 characters."),
        signs=(Sign(codes=("MalformedPolicyDocument*",)),),
    ),
    Entry(
        code="FW-IAM-006",
        title="Some permissions for the plan seem to be missing",
        fix="Ask for the permissions named, or use a profile that has them.",
        causes=("AWS's policy simulator reports this; it does not know every condition.",),
        alone="It reports this before the first change.",
    ),
)
