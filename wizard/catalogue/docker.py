"""The Docker engine, and the registries that speak through it as free text."""

from wizard.catalogue.entry import DOCKER, Entry, Sign

PULL, PUSH = "pull", "push"
"""What was asked of the engine."""

_NETWORK_FIX = (
    "The Docker engine makes this connection, not this program: proxies and certificates "
    "belong into the engine's own settings (Docker Desktop: Settings, Resources, Proxies; "
    "Linux: HTTPS_PROXY in the docker service's environment). Then run again; what has "
    "arrived is kept."
)
_TRIES = "It tries again three times; layers that have arrived are not sent twice."
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
        fix="`docker system df` shows what fills it, `docker system prune` frees what is unused.",
        alone="It looks at the engine's disk before the first change, where that can be seen.",
        signs=_says(r"no space left on device|disk quota exceeded"),
    ),
    Entry(
        code="FW-DOCK-002",
        title="The Docker engine does not get through its proxy",
        what="The Docker engine does not get through its proxy to {registry}.",
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
        causes=("A proxy that inspects TLS, whose certificate the engine does not know.",),
        signs=_says(r"x509:|certificate|tls: "),
    ),
    Entry(
        code="FW-DOCK-004",
        title="The tag already holds another image, and tags never change there",
        what="{name} already holds another image under the tag {tag}, and its tags never change.",
        fix="Choose another version, or delete that image in ECR if nothing uses it.",
        signs=_says(r"cannot be overwritten|is immutable", PUSH),
    ),
    Entry(
        code="FW-DOCK-005",
        title="The repository to push to does not exist",
        what="The repository {name} does not exist.",
        fix="Create it in ECR first; it may also be in another region or account.",
        signs=_says(r"name unknown|the repository with name", PUSH),
    ),
    Entry(
        code="FW-DOCK-006",
        title="The login to the registry has expired",
        what="The login to {registry} has expired.",
        fix="Run again; each run asks AWS for a new login, good for twelve hours.",
        signs=_says(r"authorization token has expired|token is expired", PUSH),
    ),
    Entry(
        code="FW-DOCK-007",
        title="The registry does not let us push",
        what="{registry} does not let us push to {name}.",
        fix="Check that the AWS identity may push images (ecr:GetAuthorizationToken, "
        "ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, "
        "ecr:BatchCheckLayerAvailability) and that the repository's policy allows it.",
        signs=_says(_NOT_LET_IN, PUSH),
    ),
    Entry(
        code="FW-DOCK-008",
        title="The image does not exist for linux/amd64",
        what="{image} does not exist for linux/amd64.",
        fix="App Runner runs nothing else. Choose a version or an image that is built for it.",
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
        title="There is no such version of the image",
        what="There is no version {tag} of {name}.",
        fix="Choose another version: the releases of formae name them, without a leading v.",
        signs=_says(r"manifest unknown|: not found", PULL),
    ),
    Entry(
        code="FW-DOCK-011",
        title="The registry refuses more downloads for now",
        what="{registry} refuses more downloads for now.",
        fix="Wait a while, or log in with `docker login {registry}` for a higher limit.",
        alone=_TRIES,
        signs=_says(r"toomanyrequests|too many requests|rate limit"),
    ),
    Entry(
        code="FW-DOCK-012",
        title="The registry does not let us pull",
        what="{registry} does not let us pull {image}.",
        fix="Check the name. If the image is private, `docker login {registry}` with an account "
        "that may read it; if it is public, `docker logout {registry}` drops a stale login.",
        signs=_says(_NOT_LET_IN, PULL),
    ),
    Entry(
        code="FW-DOCK-013",
        title="The Docker engine has no good connection to the registry",
        what="The Docker engine has no good connection to {registry}.",
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
        title="The Docker engine refuses, with words the catalogue does not know",
        what="The Docker engine could not {stage} {image}.",
        fix="See what the engine says.",
    ),
    Entry(
        code="FW-DOCK-020",
        title="No Docker engine answers",
        fix="Start Docker (Docker Desktop, colima, `sudo systemctl start docker`).",
        causes=("It is not started.", "DOCKER_HOST or the docker context leads elsewhere."),
        alone="It is needed only to copy the image: once that is in ECR, nobody asks for Docker.",
    ),
    Entry(
        code="FW-DOCK-021",
        title="You may not use the Docker engine",
        fix="Let your user use the engine's socket (Linux: the group docker).",
    ),
    Entry(
        code="FW-DOCK-022",
        title="The Docker engine cannot do what is needed",
        fix="Update Docker to 27 or later, and let it run Linux containers.",
        causes=("It is too old.", "It is set to Windows containers."),
    ),
    Entry(
        code="FW-DOCK-023",
        title="The Docker engine stopped answering in the middle",
        fix="Start it again, then run again; layers that have arrived are not sent twice.",
        causes=("Docker Desktop was restarted or updated.", "It ran out of memory."),
    ),
    Entry(
        code="FW-DOCK-024",
        title="The docker command's settings do not say which engine to use",
        fix="Look at DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and `docker context ls`.",
    ),
    Entry(
        code="FW-DOCK-025",
        title="The docker command's stored login cannot be had",
        fix="Repair what is named, or log in again with `docker login`.",
        causes=(
            "`credsStore` in ~/.docker/config.json names a helper that is not installed.",
            "An entry in that file was broken by hand.",
        ),
        alone="It pulls without a login, which is enough for a public image, and says so.",
    ),
)
