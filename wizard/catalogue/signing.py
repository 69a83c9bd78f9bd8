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
        why="AWS rejects requests signed more than a few minutes before or after its own time.",
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
            "AWS_DEFAULT_PROFILE, which overrides AWS_PROFILE, still names an old profile.",
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
        title="An AWS profile has a wrong setting",
        fix="Correct the setting named, in AWS's config file, the environment or the program.",
        causes=(
            "credential_process names a program that does not exist or prints no JSON.",
            "A token file does not exist or is empty.",
            "A setting is missing or contradicts another one.",
        ),
        alone=_WAITS,
    ),
    Entry(
        code="FW-SIGN-009",
        title="AWS refused the sign-in with this profile",
        fix="Check the role and the account in the profile, and that you may assume the role.",
        causes=(
            "The role's trust policy does not name you, or sts:AssumeRole is missing.",
            "The credentials used to assume the role have expired.",
        ),
        alone=_WAITS,
    ),
    Entry(
        code="FW-SIGN-010",
        title="An MFA code is needed",
        fix="Run `aws sts get-caller-identity` with the same profile in a terminal and enter the "
        "code there; the wizard uses the same session.",
        causes=("The profile has mfa_serial, and its role has no cached session.",),
        alone="It asks once and shares its session with the `aws` command (~/.aws/cli/cache).",
    ),
    Entry(
        code="FW-SIGN-011",
        title="An AWS config file on this machine cannot be read",
        fix="Correct the line named in the message.",
        causes=(
            "The file has a duplicate section or setting.",
            "The file has a byte order mark or is not UTF-8.",
        ),
        alone=_WAITS,
    ),
    Entry(
        code="FW-SIGN-012",
        title="`aws login` profiles need an extra of formae-wizard",
        fix="Install it with the extra “login”: `pipx install --force '.[login]'`.",
        causes=("Without the extra, AWS's CRT library (awscrt), which they need, is left out.",),
        alone=_WAITS,
    ),
    Entry(
        code="FW-IAM-004",
        title="AWS cannot assume the role",
        why="The service that runs the agent cannot assume the role, even after several minutes: "
        "the role's trust policy is wrong or a service control policy forbids it.",
        fix="Check the role's trust relationship in the IAM console.",
        causes=("The role was created only seconds ago.", "The trust policy was changed by hand."),
        alone="It retries a new role for two minutes, because IAM changes take time to propagate.",
        signs=(Sign(words=r"Error in assuming"),),
    ),
    Entry(
        code="FW-IAM-009",
        title="New roles need a permissions boundary or certain tags",
        why="A policy denies the new role; many organizations only allow roles with a permissions "
        "boundary or certain tags. AWS's message names the policy.",
        fix="Add the required tags with --tags, or ask an administrator to create the role named "
        "in the message, with the tag app=formae-agent: the wizard uses an existing role as it is.",
        causes=("Every role needs a permissions boundary.", "Every role needs certain tags."),
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
        why="Your permissions boundary does not allow it, even if other policies do; AWS's message "
        "names the action.",
        fix="Ask an administrator to allow the action in the boundary, or use another profile.",
        signs=(Sign(words=r"permissions boundary"),),
    ),
    Entry(
        code="FW-IAM-011",
        title="The session policy does not allow it",
        why="Your sign-in is limited by a session policy that does not allow it.",
        fix="Sign in without the session policy, or with one that allows the action AWS names.",
        causes=("A broker or a script assumed the role with a session policy.",),
        signs=(Sign(words=r"session policy"),),
    ),
    Entry(
        code="FW-IAM-012",
        title="A VPC endpoint's policy does not allow it",
        why="The request went through a VPC endpoint whose policy does not allow it.",
        fix="Ask your network team to allow the action in the endpoint's policy, or use a network "
        "without that endpoint.",
        signs=(Sign(words=r"VPC endpoint polic"),),
    ),
    Entry(
        code="FW-IAM-013",
        title="A resource policy denies it",
        why="The resource's own policy denies it; AWS's message names the resource.",
        fix="Change the policy in the AWS console, or ask the owner of the resource to.",
        causes=("The policy of a secret, a repository or a key has a “Deny”.",),
        signs=(Sign(words=r"(deny|denied) .*resource-based policy|resource-based policy .*deny"),),
    ),
    Entry(
        code="FW-IAM-014",
        title="One of your policies denies it",
        why="A policy attached to you or your role denies it; a “Deny” overrides every “Allow”.",
        fix="Ask an administrator to remove or narrow that “Deny”, or use another profile.",
        causes=("A policy denies regions or services.", "A policy requires MFA."),
        signs=(Sign(words=r"explicit deny .*identity-based policy"),),
    ),
    Entry(
        code="FW-IAM-002",
        title="An organization policy denies it",
        why="A policy of your organization denies it, even if your own policies allow it; AWS's "
        "message names it.",
        fix="Ask the administrators of your organization, or use an account where it is allowed.",
        causes=(
            "A service control policy denies it.",
            "Your organization blocks the region.",
        ),
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
        title="The role has the maximum number of policies",
        why="IAM limits how many managed policies a role can have.",
        fix="Choose fewer policies (--policy-arns), detach some, or request a quota increase in "
        "the Service Quotas console.",
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
