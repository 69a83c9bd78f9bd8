"""Signing in, permissions and roles."""

from wizard.catalogue.entry import Entry, Sign

_ON = "then run the same command again to resume."
_WAITS = (
    "During a run, it waits for an hour, checks every 3 seconds whether you have signed in again, "
    "and resumes on its own; AWS continues meanwhile with what it has started."
)

ENTRIES = (
    Entry(
        code="FW-SIGN-007",
        title="This machine's clock is wrong",
        why="AWS takes no request that was signed more than minutes before or after its own time.",
        fix="Set the clock (on Linux: `timedatectl set-ntp true`), then try again.",
        causes=("A sleeping laptop or virtual machine.", "No time service is running."),
        alone="It compares its clock with AWS's answers and says by how much it is off.",
        signs=(
            Sign(codes=("RequestTimeTooSkewed",)),
            Sign(codes=("RequestExpired",), words=r"minutes|date stamp|in the future"),
            Sign(words=r"Signature (expired|not yet current)"),
        ),
    ),
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
            "AWS_DEFAULT_PROFILE, AWS_PROFILE or --profile names a different profile than the one "
            "you signed in with.",
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
        causes=(
            "A typo.",
            "AWS_DEFAULT_PROFILE, which goes before AWS_PROFILE, names one of earlier.",
            "AWS_CONFIG_FILE points to another file.",
        ),
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
        code="FW-SIGN-008",
        title="An AWS profile is not set up right",
        fix="Correct what is named in AWS's config file, in the environment, or in the program.",
        causes=(
            "credential_process names a program that is not there, or that prints no JSON.",
            "A file with a token is not there, or empty.",
            "A setting is missing, or contradicts another one.",
        ),
        alone=_WAITS,
    ),
    Entry(
        code="FW-SIGN-009",
        title="AWS does not let the profile sign in",
        fix="Look whether role and account in the profile are right, and whether you may take on "
        "the role.",
        causes=(
            "The role's trust policy does not name you, or sts:AssumeRole is missing.",
            "The credentials that the role is taken on with have expired.",
        ),
        alone=_WAITS,
    ),
    Entry(
        code="FW-SIGN-010",
        title="The code of an MFA device is needed",
        fix="Run `aws sts get-caller-identity` with the same profile in a terminal and give the "
        "code there; the session it gets counts here too.",
        causes=("The profile has mfa_serial, and no session of its role is kept any more.",),
        alone="It asks once, keeps the session where the `aws` command does (~/.aws/cli/cache), "
        "and takes one that is kept there.",
    ),
    Entry(
        code="FW-SIGN-011",
        title="A file of AWS's on this machine cannot be read",
        fix="Correct the line that is named.",
        causes=(
            "A section or a setting is there twice.",
            "The file was saved with a byte order mark, or not in UTF-8.",
        ),
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
        code="FW-IAM-009",
        title="Roles may be made only with a boundary or with certain tags",
        why="A policy denies making roles as the wizard makes them; many organizations allow only "
        "roles that have a permissions boundary or certain tags. AWS's message names the policy.",
        fix="Give the tags that are asked for with --tags. Or have an administrator make the role "
        "that the message names beforehand, with the tag app=formae-agent: a role that is there "
        "is taken as it is.",
        causes=("A boundary that every role must carry.", "Tags that every role must carry."),
        signs=(
            Sign(
                service="iam",
                operation="CreateRole",
                words=r"explicit deny|permissions boundary",
            ),
        ),
    ),
    Entry(
        code="FW-IAM-010",
        title="A permissions boundary does not allow it",
        why="The permissions boundary of the person signed in does not allow it, whatever other "
        "policies do; AWS's message names the action.",
        fix="Ask whoever set the boundary to allow that action in it, or use another profile.",
        signs=(Sign(words=r"permissions boundary"),),
    ),
    Entry(
        code="FW-IAM-011",
        title="The session's own policy does not allow it",
        why="The sign-in was narrowed to a session policy, which does not allow it.",
        fix="Sign in without that policy, or with one that allows the action AWS names.",
        causes=("A broker or a script that assumes a role with a policy of its own.",),
        signs=(Sign(words=r"session policy"),),
    ),
    Entry(
        code="FW-IAM-012",
        title="A VPC endpoint's policy does not allow it",
        why="The call went through a VPC endpoint, and that endpoint's policy does not allow it.",
        fix="Ask whoever runs the network to allow the action in the endpoint's policy, or work "
        "from a network without that endpoint.",
        signs=(Sign(words=r"VPC endpoint polic"),),
    ),
    Entry(
        code="FW-IAM-013",
        title="The resource's own policy forbids it",
        why="A policy on the very thing that was asked for denies it; AWS's message names it.",
        fix="Change that policy in the console of the service, or ask whoever wrote it.",
        causes=("A policy on a secret, a repository or a key with “Deny”.",),
        signs=(Sign(words=r"(deny|denied) .*resource-based policy|resource-based policy .*deny"),),
    ),
    Entry(
        code="FW-IAM-014",
        title="A policy of the person signed in denies it",
        why="A policy attached to the person signed in, or to their role, denies it, and a “Deny” "
        "goes before every “Allow”.",
        fix="Have that “Deny” taken out or narrowed, or use a profile without it.",
        causes=("A policy that closes regions or services.", "A policy that demands MFA."),
        signs=(Sign(words=r"explicit deny .*identity-based policy"),),
    ),
    Entry(
        code="FW-IAM-002",
        title="A policy above forbids it",
        why="A policy of the organisation forbids it, whatever the person signed in may do "
        "otherwise; AWS's message names it.",
        fix="Ask those who run the organisation, or use an account in which it is allowed.",
        causes=("A service control policy.", "A region that the organisation has closed."),
        signs=(Sign(words=r"explicit deny|(service|resource) control policy"),),
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
        "role, user or group, a role may be in an instance profile; AWS's message says which.",
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
        signs=(
            Sign(codes=("MalformedPolicyDocument*",)),
            Sign(service="iam", codes=("LimitExceeded*",), words=r"PolicySize"),
        ),
    ),
    Entry(
        code="FW-IAM-015",
        title="The role has as many policies as it may have",
        why="IAM lets only so many managed policies be attached to one role.",
        fix="Choose fewer policies (--policy-arns), detach some that others attached, or ask for "
        "more in the Service Quotas console.",
        signs=(Sign(service="iam", codes=("LimitExceeded*",), words=r"PoliciesPer"),),
    ),
    Entry(
        code="FW-IAM-006",
        title="Some permissions for the plan seem to be missing",
        fix="Ask for the permissions named, or use a profile that has them.",
        causes=("AWS's policy simulator reports this; it does not know every condition.",),
        alone="It reports this before the first change.",
    ),
)
