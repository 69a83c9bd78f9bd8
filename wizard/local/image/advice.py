"""What to do about a Docker engine that is not there, in the words of the person's system."""

import platform
from collections.abc import Iterator

from wizard.base.errors import ExitCode, WizardError
from wizard.base.offer import offer

_START = {
    "Linux": "Start it with `sudo systemctl start docker`, or install it: "
    "https://docs.docker.com/engine/install/",
    "Darwin": "Start Docker Desktop (`open -a Docker`), or colima (`colima start`).",
    "Windows": "Start Docker Desktop and wait until it shows that the engine is running.",
}
_LET_IN = {
    "Linux": "Add yourself to the group docker with `sudo usermod -aG docker $USER`, then log out "
    "and in again (or run `newgrp docker` for one terminal).",
    "Darwin": "Start Docker Desktop or colima as yourself, not as another user.",
    "Windows": "Add yourself to the group docker-users, then log out and in again.",
}
_START_ANY = "Start the Docker engine."


def unreachable(trouble: BaseException, told_by: str) -> WizardError:
    """No engine answered where `told_by` says it is; the reason is dug out of `trouble`."""
    causes = list(_causes(trouble))
    words = _words(causes)
    system = platform.system()
    if any(isinstance(cause, PermissionError) for cause in causes):
        return WizardError(
            "You are not allowed to use the Docker engine.",
            f"The wizard tried {told_by}: {words}.",
            _LET_IN.get(system, "Give your user access to the engine's socket."),
            ExitCode.NOT_READY,
            entry="FW-DOCK-021",
        )
    return WizardError(
        "No Docker engine answers.",
        f"The wizard tried {told_by}: {words}.",
        f"{_START.get(system, _START_ANY)}{_elsewhere(told_by)}",
        ExitCode.NOT_READY,
        entry="FW-DOCK-020",
    )


def too_old(version: str, oldest: str) -> WizardError:
    """The engine lacks what a copy needs."""
    return WizardError(
        "The Docker engine is too old.",
        f"It is version {version}; the minimum is {oldest}.",
        "Update Docker.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-022",
    )


def cannot_choose_platform(version: str) -> WizardError:
    """Containerd's image store, before Docker 27 could push one platform of an image."""
    return WizardError(
        "This Docker engine cannot push a single platform of an image.",
        f"It is version {version} with the containerd image store; {offer().label} needs an image "
        f"with only {offer().platform}, which that store can push since Docker 27.",
        "Update Docker to 27 or later, or turn the containerd image store off.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-022",
    )


def windows_containers() -> WizardError:
    """The engine runs, but holds Windows images only."""
    return WizardError(
        "The Docker engine is set to Windows containers.",
        "formae's image is built for Linux.",
        "In Docker Desktop's menu choose `Switch to Linux containers`.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-022",
    )


def gone(trouble: BaseException, doing: str) -> WizardError:
    """The engine was there and fell silent while `doing` something ("pushing …")."""
    words = _words(list(_causes(trouble)))
    return WizardError(
        f"The Docker engine stopped responding while {doing}.",
        f"The connection to it ended: {words}",
        f"{_START.get(platform.system(), _START_ANY)} "
        "Then run the command again; finished layers are not sent again.",
        entry="FW-DOCK-023",
    )


def settings(trouble: BaseException) -> WizardError:
    """The docker command's own settings cannot be understood."""
    return WizardError(
        "The docker command's settings do not select an engine.",
        f"{_words(list(_causes(trouble)))}.",
        "Check DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and `docker context ls`.",
        ExitCode.NOT_READY,
        entry="FW-DOCK-024",
    )


def _elsewhere(told_by: str) -> str:
    if "ssh://" in told_by:
        return " An engine behind ssh:// cannot be used here; choose one on this machine."
    if told_by.startswith("DOCKER_HOST"):
        return " Or correct DOCKER_HOST, or unset it."
    if "context" in told_by:
        return " Or choose another with `docker context use`."
    return ""


def _words(causes: list[BaseException]) -> str:
    """The system's own words where it has some, else those of the outermost error."""
    said = [cause for cause in causes if isinstance(cause, OSError) and cause.errno]
    chosen = said[-1] if said else causes[0]
    return str(chosen).rstrip(".") or type(chosen).__name__


def _causes(trouble: BaseException) -> Iterator[BaseException]:
    """The error and what is wrapped in it, outermost first.

    The HTTP libraries put the system's error into the arguments of their own, nested, or into
    `reason`.
    """
    seen: set[int] = set()
    queue: list[object] = [trouble]
    while queue:
        item = queue.pop(0)
        if isinstance(item, tuple):
            queue.extend(item)
        elif isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            yield item
            queue.extend([item.args, getattr(item, "reason", None)])
            queue.extend([item.__cause__, item.__context__])
