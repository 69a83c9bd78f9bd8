"""Errors of programs on this machine: the Docker engine with its registries, and the formae CLI."""

from wizard.catalogue.entry import DOCKER, FORMAE, Entry, Sign

PULL, PUSH = "pull", "push"
"""What was asked of the engine."""

_NETWORK_FIX = (
    "The Docker engine makes this connection, not the wizard: set proxies and certificates in the "
    "engine's settings (Docker Desktop: Settings, Resources, Proxies; Linux: HTTPS_PROXY in the "
    "docker service's environment). Then run the command again; finished layers are kept."
)

_TRIES = "It retries for up to 10 minutes; finished layers are not sent again."

_NOT_LET_IN = (
    r"no basic auth credentials|unauthorized|(?<!permission )denied|not authorized"
    r"|authentication required"
    r"|authorization failed|forbidden"
)


def _says(words: str, operation: str = "") -> tuple[Sign, ...]:
    return (Sign(service=DOCKER, operation=operation, words=words),)


ENTRIES = (
    Entry(
        code="FW-DOCK-001",
        title="The Docker engine has no disk space left",
        what="The Docker engine has no disk space left for {image}.",
        fix=(
            "`docker system df` shows what uses the space, `docker system prune` frees unused "
            "space."
        ),
        alone="It checks the engine's disk before the first change, where possible.",
        signs=_says(r"no space left on device|disk quota exceeded"),
    ),
    Entry(
        code="FW-DOCK-002",
        title="The Docker engine cannot get through its proxy",
        what="The Docker engine cannot get through its proxy to {registry}.",
        fix=_NETWORK_FIX,
        signs=_says(r"proxyconnect|proxy authentication required"),
    ),
    Entry(
        code="FW-DOCK-026",
        title="The Docker engine's clock is wrong, or the registry's certificate is out of date",
        what="The certificate of {registry} is not valid at the Docker engine's time.",
        fix="Set the clock of the machine that the engine runs on (Docker Desktop, colima: restart "
        "it), then run again.",
        causes=("A virtual machine that slept.", "A proxy with an old certificate."),
        signs=_says(r"certificate has expired or is not yet valid"),
    ),
    Entry(
        code="FW-DOCK-028",
        title="The registry does not speak HTTPS",
        what="{registry} answers in plain HTTP, where the Docker engine expects HTTPS.",
        fix="Check the registry's name and port, or name it in the engine's own "
        "`insecure-registries`.",
        signs=_says(r"http response to https client"),
    ),
    Entry(
        code="FW-DOCK-003",
        title="The Docker engine does not trust the connection to the registry",
        what="The Docker engine does not trust the connection to {registry}.",
        fix=_NETWORK_FIX,
        causes=("A proxy inspects TLS, and the engine does not know its certificate.",),
        signs=_says(r"x509:|certificate|tls: "),
    ),
    Entry(
        code="FW-DOCK-004",
        title="The tag already belongs to another image and is immutable",
        what="{name} already has another image with the tag {tag}, and its tags are immutable.",
        fix="Choose another version, or delete the image in ECR if nothing uses it.",
        signs=_says(r"cannot be overwritten|is immutable", PUSH),
    ),
    Entry(
        code="FW-DOCK-005",
        title="The repository to push to does not exist",
        what="The repository {name} does not exist.",
        fix="Create it in ECR first; or it may be in another region or account.",
        signs=_says(r"name unknown|the repository with name", PUSH),
    ),
    Entry(
        code="FW-DOCK-006",
        title="The login to the registry has expired",
        what="The login to {registry} has expired.",
        fix="Run the command again; each run gets a new login, valid for 12 hours.",
        signs=_says(r"authorization token has expired|token is expired", PUSH),
    ),
    Entry(
        code="FW-DOCK-007",
        title="The registry refuses the push",
        what="{registry} refuses the push to {name}.",
        fix="Check that your AWS identity is allowed to push images (ecr:GetAuthorizationToken, "
        "ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, "
        "ecr:BatchCheckLayerAvailability) and that the repository's policy allows it.",
        signs=_says(_NOT_LET_IN, PUSH),
    ),
    Entry(
        code="FW-DOCK-008",
        title="The image does not exist for linux/amd64",
        what="{image} does not exist for linux/amd64.",
        fix="The agent's host runs nothing else. Choose a version or an image built for it.",
        signs=_says(
            r"no match for platform|does not match the specified platform"
            r"|does not provide the specified platform|does not provide any platform"
            r"|no matching manifest"
        ),
    ),
    Entry(
        code="FW-DOCK-027",
        title="There is no such image",
        what="{registry} has no image {name}.",
        fix="Check the image's name (--image-source).",
        signs=_says(r"name unknown|repository .*not found", PULL),
    ),
    Entry(
        code="FW-DOCK-009",
        title="The image version does not exist",
        what="There is no version {tag} of {name}.",
        fix="Choose another version: see formae's releases, and leave out the leading v.",
        signs=_says(r"manifest unknown|: not found", PULL),
    ),
    Entry(
        code="FW-DOCK-011",
        title="The registry limits your downloads",
        what="{registry} limits your downloads.",
        fix="Wait a while, or log in with `docker login {registry}` for a higher limit.",
        alone=_TRIES,
        signs=_says(r"toomanyrequests|too many requests|rate limit"),
    ),
    Entry(
        code="FW-DOCK-012",
        title="The registry refuses the pull",
        what="{registry} refuses the pull of {image}.",
        fix="Check the name. If the image is private, run `docker login {registry}` with an "
        "account that can read it; if it is public, run `docker logout {registry}` to remove a "
        "stale login.",
        signs=_says(_NOT_LET_IN, PULL),
    ),
    Entry(
        code="FW-DOCK-013",
        title="The Docker engine cannot reach the registry reliably",
        what="The Docker engine cannot reach {registry} reliably.",
        fix=_NETWORK_FIX,
        alone=_TRIES,
        signs=_says(
            r"no such host|server misbehaving|name resolution|timeout|timed out|deadline exceeded"
            r"|connection refused|connection reset|network is unreachable|no route to host|: eof"
            r"|unexpected eof|broken pipe|bad gateway|service unavailable"
        ),
    ),
    Entry(
        code="FW-DOCK-014",
        title="The Docker engine reports an unknown error",
        what="The Docker engine could not {stage} {image}.",
        fix="Check the engine's message.",
    ),
    Entry(
        code="FW-DOCK-020",
        title="No Docker engine answers",
        fix="Start Docker (Docker Desktop, colima, `sudo systemctl start docker`).",
        causes=("It is not running.", "DOCKER_HOST or the Docker context points elsewhere."),
        alone=(
            "Docker is only needed to copy the image: once the image is in ECR, the wizard does "
            "not use Docker."
        ),
    ),
    Entry(
        code="FW-DOCK-021",
        title="You are not allowed to use the Docker engine",
        fix="Give your user access to the engine's socket (Linux: group docker).",
    ),
    Entry(
        code="FW-DOCK-022",
        title="The Docker engine cannot do what is needed",
        fix="Update Docker to 27 or later, and set it to Linux containers.",
        causes=("It is too old.", "It is set to Windows containers."),
    ),
    Entry(
        code="FW-DOCK-023",
        title="The Docker engine stopped responding",
        fix="Start it again, then run the command again; finished layers are not sent again.",
        causes=("Docker Desktop was restarted or updated.", "It ran out of memory."),
    ),
    Entry(
        code="FW-DOCK-024",
        title="The docker command's settings do not select an engine",
        fix="Check DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and `docker context ls`.",
    ),
    Entry(
        code="FW-DOCK-025",
        title="The docker command's stored login cannot be read",
        fix="Fix what the message names, or log in again with `docker login`.",
        causes=(
            "`credsStore` in ~/.docker/config.json names a helper that is not installed.",
            "An entry in that file is not valid.",
        ),
        alone="It pulls without a login, which is enough for a public image, and says so.",
    ),
    Entry(
        code="FW-IMG-001",
        title="A registry cannot be reached",
        what="{registry} cannot be reached from this machine.",
        fix="Check the network, and behind a company's proxy HTTPS_PROXY and AWS_CA_BUNDLE. If "
        "only Docker reaches it, add --through-docker yes. Then run the command again; finished "
        "layers are not sent again.",
        causes=("No network.", "A proxy or a firewall that does not allow the registry."),
        alone="It retries each request for up to ten minutes, and looks for a Docker engine that "
        "reaches the registry.",
    ),
    Entry(
        code="FW-IMG-002",
        title="The registry reports an unknown error",
        what="{registry} refuses to {stage} {image}.",
        fix="Check the registry's message.",
    ),
    Entry(
        code="FW-IMG-003",
        title="The image is too large",
        fix="Choose a smaller image, or continue: AWS may still accept it.",
    ),
    Entry(
        code="FW-IMG-004",
        title="The agent's image is not the one of its source",
        fix="If you did not push it yourself, replace it with the source's: --replace-image yes.",
        causes=(
            "Someone pushed another image with the same tag, to ECR or to the source.",
            "The image came from another source (--image-source).",
        ),
        alone="It compares them before each run and in `status`, and changes nothing without "
        "--replace-image yes.",
    ),
)


def _formae_says(words: str) -> tuple[Sign, ...]:
    return (Sign(service=FORMAE, words=words),)


FORMAE_CLI = (
    Entry(
        code="FW-CLI-001",
        title="The formae CLI and the agent have different versions",
        what="Your formae CLI is version {cli}, the agent is {agent}.",
        why="They only work together if their versions are identical.",
        fix="Run `formae update {agent}`.",
        signs=_formae_says(
            r"incompatible agent version: expected (?P<cli>\S+), got (?P<agent>\S+)"
        ),
    ),
    Entry(
        code="FW-CLI-002",
        title="The formae CLI lacks a plugin",
        what="Your formae CLI lacks the plugin {plugin}, which your formae config uses.",
        fix="Install it with `formae plugin install {plugin}`.",
        signs=_formae_says(
            r"auth plugin \"(?P<plugin>[\w-]+)\" not installed"
            r"|(?:Cannot find|I/O error loading) module `plugins:/(?P<module>\w+)\.pkl`"
        ),
    ),
    Entry(
        code="FW-CLI-003",
        title="Nothing answers at the address in the formae config",
        what="Nothing answers at the address in your formae config.",
        fix="Check the address there, and that the agent's service is running.",
        signs=_formae_says(r"agent is not running"),
    ),
    Entry(
        code="FW-CLI-004",
        title="The agent rejects the user name and password",
        what="The agent rejects the user name and password in your formae config.",
        fix=(
            "Run the command again to write the right ones, or correct `auth` in the config "
            "yourself."
        ),
        signs=_formae_says(r"authentication failed|the agent denied access"),
    ),
    Entry(
        code="FW-CLI-005",
        title="The formae config contains the connection twice",
        what="Your formae config contains the connection twice, in the old and the new form.",
        fix="Remove `cli.api`, `cli.auth` and `plugins.authentication` from it.",
        signs=_formae_says(r"is set alongside deprecated"),
    ),
    Entry(
        code="FW-CLI-006",
        title="The formae CLI has no usable active profile",
        what="The formae CLI has no usable active profile.",
        fix="List the profiles with `formae profile list`; choose one with `formae profile use`.",
        signs=_formae_says(r"not initialized|profile not found|invalid profile name"),
    ),
    Entry(
        code="FW-CLI-007",
        title="The formae CLI cannot read its config",
        what="The formae CLI cannot read its config.",
        fix="Correct the line it names, or move the file away and run the command again.",
        causes=("A Pkl syntax error.", "A setting that this version does not support."),
        signs=_formae_says(r"failed to load configuration|failed to evaluate PKL|Pkl Error"),
    ),
    Entry(
        code="FW-CLI-008",
        title="This formae CLI does not know the command",
        what="This formae CLI does not know the command.",
        fix="Update the formae CLI to the agent's version.",
        signs=_formae_says(r"unknown flag|unknown command"),
    ),
    Entry(
        code="FW-CLI-009",
        title="The agent cannot be reached or gives an unexpected answer",
        what="The agent cannot be reached or gives an unexpected answer.",
        fix="A new service may need a few minutes; then check the address in your formae config.",
        signs=_formae_says(r"error fetching stats from agent"),
    ),
    Entry(
        code="FW-CLI-010",
        title="The formae CLI reports an unknown error",
        what="`{command}` exited with code {exit}.",
        fix="Run it yourself to see more.",
    ),
    Entry(
        code="FW-CLI-011",
        title="The formae CLI did not finish in time",
        fix="Try again in a minute.",
        causes=("The agent is still starting.", "The network drops the request."),
    ),
    Entry(
        code="FW-CLI-012",
        title="The formae CLI is missing or cannot be started",
        fix="Install the formae CLI; see docs.formae.io.",
        alone="It sets up the agent without the CLI; only the final check is missing.",
    ),
    Entry(
        code="FW-CLI-013",
        title="The formae CLI did not print the agent's status",
        fix="Run `formae status agent` yourself to see what it prints.",
    ),
    Entry(
        code="FW-CLI-020",
        title="The formae config cannot be read as Pkl",
        fix="Correct it, or move it away and run the command again to create a new one.",
        alone="It writes nothing that could lose your settings.",
    ),
    Entry(
        code="FW-CLI-021",
        title="The formae config computes values that the wizard would have to write",
        fix="Write it as a plain block, or add the connection to the file by hand.",
        alone="It writes nothing that could lose your settings.",
    ),
    Entry(
        code="FW-CLI-022",
        title="The file is not a formae config, or not one the wizard may change",
        fix="Move the file away and run the command again, or choose another name for the agent.",
        causes=("It amends another module.", "It is for a hosted formae installation."),
        alone="It writes nothing that could lose your settings.",
    ),
)
