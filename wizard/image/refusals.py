"""The engine's and the registries' own words, sorted into what happened and what to do.

Registries speak through the engine as free text; these are the texts that were seen. Whatever is
not known is told with the engine's words and no advice that might be wrong.
"""

from dataclasses import dataclass
from enum import StrEnum

from wizard.errors import WizardError
from wizard.image.names import registry_of, split_reference


class Stage(StrEnum):
    """Which way the image was going."""

    PULL = "pull"
    PUSH = "push"


@dataclass
class EngineRefusedError(Exception):
    """The engine was there and said no, in `words`. Never leaves this package."""

    words: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Texts, in lower case, that mean one thing; {image}, {name}, {tag}, {registry} are filled."""

    texts: tuple[str, ...]
    what: str
    fix: str
    stage: Stage | None = None


_NETWORK_FIX = (
    "The Docker engine makes this connection, not this program: proxies and certificates "
    "belong into the engine's own settings (Docker Desktop: Settings, Resources, Proxies; "
    "Linux: HTTPS_PROXY in the docker service's environment). Then run again; what has "
    "arrived is kept."
)

_NOT_LET_IN = (
    "no basic auth credentials",
    "unauthorized",
    "denied",
    "not authorized",
    "authentication required",
    "authorization failed",
    "forbidden",
)

_OTHER_PLATFORM = (
    "{image} does not exist for linux/amd64.",
    "App Runner runs nothing else. Choose a version or an image that is built for it.",
)

# The first that fits counts: texts are often wrapped in more general ones.
_KNOWN = (
    _Known(
        ("no space left on device", "disk quota exceeded"),
        "The Docker engine has no disk space left for {image}.",
        "`docker system df` shows what fills it, `docker system prune` frees what is unused.",
    ),
    _Known(
        ("proxyconnect", "proxy authentication required"),
        "The Docker engine does not get through its proxy to {registry}.",
        _NETWORK_FIX,
    ),
    _Known(
        ("x509:", "certificate", "tls: "),
        "The Docker engine does not trust the connection to {registry}.",
        _NETWORK_FIX,
    ),
    _Known(
        ("cannot be overwritten", "is immutable"),
        "{name} already holds another image under the tag {tag}, and its tags never change.",
        "Choose another version, or delete that image in ECR if nothing uses it.",
        Stage.PUSH,
    ),
    _Known(
        ("name unknown", "the repository with name"),
        "The repository {name} does not exist.",
        "Create it in ECR first; it may also be in another region or account.",
        Stage.PUSH,
    ),
    _Known(
        ("authorization token has expired", "token is expired"),
        "The login to {registry} has expired.",
        "Run again; each run asks AWS for a new login, good for twelve hours.",
        Stage.PUSH,
    ),
    _Known(
        _NOT_LET_IN,
        "{registry} does not let us push to {name}.",
        "Check that the AWS identity may push images (ecr:GetAuthorizationToken, "
        "ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, "
        "ecr:BatchCheckLayerAvailability) and that the repository's policy allows it.",
        Stage.PUSH,
    ),
    _Known(
        (
            "no match for platform",
            "does not match the specified platform",
            "does not provide the specified platform",
            "does not provide any platform",
        ),
        *_OTHER_PLATFORM,
    ),
    _Known(
        ("manifest unknown", ": not found", "name unknown"),
        "There is no version {tag} of {name}.",
        "Choose another version: the releases of formae name them, without a leading v.",
        Stage.PULL,
    ),
    _Known(("no matching manifest",), *_OTHER_PLATFORM),
    _Known(
        ("toomanyrequests", "too many requests", "rate limit"),
        "{registry} refuses more downloads for now.",
        "Wait a while, or log in with `docker login {registry}` for a higher limit.",
    ),
    _Known(
        _NOT_LET_IN,
        "{registry} does not let us pull {image}.",
        "Check the name. If the image is private, `docker login {registry}` with an account "
        "that may read it; if it is public, `docker logout {registry}` drops a stale login.",
        Stage.PULL,
    ),
    _Known(
        (
            "no such host",
            "server misbehaving",
            "name resolution",
            "timeout",
            "timed out",
            "deadline exceeded",
            "connection refused",
            "connection reset",
            "network is unreachable",
            "no route to host",
            ": eof",
            "unexpected eof",
            "broken pipe",
            "http response to https client",
            "bad gateway",
            "service unavailable",
        ),
        "The Docker engine has no good connection to {registry}.",
        _NETWORK_FIX,
    ),
)

_PASSING = (
    "timeout",
    "timed out",
    "deadline exceeded",
    "connection reset",
    "connection refused",
    "broken pipe",
    ": eof",
    "unexpected eof",
    "name resolution",
    "server misbehaving",
    "network is unreachable",
    "toomanyrequests",
    "too many requests",
    "internal server error",
    "bad gateway",
    "service unavailable",
)
_FINAL = ("denied", "unauthorized", "x509", "proxyconnect", "manifest unknown", "name unknown")


def may_pass(words: str) -> bool:
    """Whether trying again might help: the network stumbled, nobody refused."""
    said = words.lower()
    return any(text in said for text in _PASSING) and not any(text in said for text in _FINAL)


def refusal(words: str, stage: Stage, image: str) -> WizardError:
    """The engine's `words` about pulling or pushing `image`, as an error for a person."""
    said = words.lower()
    name, tag = split_reference(image)
    blanks = {"image": image, "name": name, "tag": tag, "registry": registry_of(image)}
    for known in _KNOWN:
        if known.stage in {None, stage} and any(text in said for text in known.texts):
            what, fix = known.what.format(**blanks), known.fix.format(**blanks)
            return WizardError(what, _quoted(words), fix)
    return WizardError(f"The Docker engine could not {stage} {image}.", _quoted(words))


def _quoted(words: str) -> str:
    return f"The engine says: {words.strip()}"
