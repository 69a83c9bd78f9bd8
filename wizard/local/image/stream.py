"""Long calls to the engine: their records one by one, with an end to waiting and to trying.

What the engine says about layers, folded into a few plain reports a second.

The engine's and the registries' own words, sorted into what happened and what to do.

Registries speak through the engine as free text; the texts that were seen are in the catalogue.
Whatever is not known is told with the engine's words and no advice that might be wrong.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from wizard.base.errors import ExitCode, WizardError
from wizard.base.json_input import parsed_json
from wizard.catalogue import DOCKER, Raised, entry, filled, find
from wizard.local.image.names import registry_of, split_reference
from wizard.local.image.registry import NoWayError, Pauses

if TYPE_CHECKING:
    from docker import APIClient


ENGINE, REGISTRY = "The engine's message", "The registry's message"
"""Whose words are quoted."""
OF_THE_ENGINE = frozenset({"FW-DOCK-001", "FW-DOCK-002", "FW-DOCK-003", "FW-DOCK-013"})
"""Entries that a registry's own words cannot mean."""


class Stage(StrEnum):
    """Which way the image was going."""

    PULL = "pull"
    PUSH = "push"


@dataclass
class EngineRefusedError(Exception):
    """The engine was there and said no, in `words`. Never leaves this package."""

    words: str


_PASSING = (
    "blob upload unknown",
    "blob upload invalid",
    "layer verification failed",
    "failed size validation",
    "connection lost",
    "closed network connection",
    "stream error",
    "short read",
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
_STATUS = re.compile(r"\b(?:http |status|response)[^.]{0,20}?\b(?:408|425|429|5\d\d)\b")
_EXPIRED = re.compile(r"unauthorized|authentication required|token (?:has|is) expired|basic auth")
_RETRY_AFTER = re.compile(r"retry-after:? ?([\d.]+) ?(µs|us|ms|s|m)?\b")
_UNITS = {"µs": 1e-6, "us": 1e-6, "ms": 1e-3, "m": 60.0}
_FINAL = ("denied", "unauthorized", "x509", "proxyconnect", "manifest unknown", "name unknown")


def may_pass(words: str) -> bool:
    """Whether trying again might help: the network stumbled, nobody refused."""
    said = words.lower()
    passing = any(text in said for text in _PASSING) or _STATUS.search(said)
    return bool(passing) and not any(text in said for text in _FINAL)


def asked_to_wait(words: str) -> float | None:
    """The seconds that a registry asks to wait, where the engine passes that on."""
    found = _RETRY_AFTER.search(words.lower())
    return float(found[1].rstrip(".")) * _UNITS.get(found[2] or "s", 1.0) if found else None


def refusal(words: str, stage: Stage, image: str, speaker: str = ENGINE) -> WizardError:
    """What was said about pulling or pushing `image`, as an error for a person."""
    name, tag = split_reference(image)
    known = find(Raised(service=DOCKER, operation=stage.value, message=words))
    blanks = {"image": image, "name": name, "tag": tag, "registry": registry_of(image)}
    if known is None or (speaker != ENGINE and known.code in OF_THE_ENGINE):
        known = entry("FW-DOCK-014" if speaker == ENGINE else "FW-IMG-002")
        blanks["stage"] = stage.value
        what = filled(known.what, **blanks)
        return WizardError(what, _quoted(words, speaker), entry=known.code)
    what, fix = filled(known.what, **blanks), filled(known.fix, **blanks)
    return WizardError(what, _quoted(words, speaker), fix, entry=known.code)


def unreached(registry: str, words: str) -> WizardError:
    """A registry cannot be reached from here, by what happened in `words`."""
    known = entry("FW-IMG-001")
    what = filled(known.what, registry=registry)
    return WizardError(what, f"{words}.", known.fix, entry=known.code)


def _quoted(words: str, speaker: str) -> str:
    return f"{speaker}: {words.strip()}"


SILENCE = 180
"""Seconds without a word after which a pull or push counts as hung."""
KINDS: dict[str, type] = {"id": str, "status": str, "progressDetail": dict, "aux": dict}
"""Of what kind a record's members are; others are passed over."""
LONGEST = 200
"""Bytes that are shown of what is no record."""
RENEWALS = 3
"""How often in a row a login that was good before may be refused; another may be so once."""

T = TypeVar("T")
Cancelled = Callable[[], bool]


def records(
    engine: "APIClient",
    path: str,
    *,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    cancelled: Cancelled,
) -> Iterator[dict[str, Any]]:
    """Yield the JSON records of one streaming POST to the engine.

    The SDK's own pull waits for ever and its push knows no platform, so the call is made here.
    Raises EngineRefusedError over an error of the engine, at once or in the stream; WizardError
    (INTERRUPTED) between two records once `cancelled`; what `engine.troubles()` lists where the
    engine itself fails. Leaving the generator ends the call, and with it the engine's work.
    """
    url = f"{engine.base_url}/v{engine.api_version}{path}"
    with engine.post(url, params=params, headers=headers, stream=True, timeout=SILENCE) as answer:
        if answer.status_code >= 400:
            raise EngineRefusedError(_message(answer.text))
        for line in answer.iter_lines():
            stop_if(cancelled)
            if not line.strip():
                continue
            record = record_of(line)
            if "errorDetail" in record or "error" in record:
                raise EngineRefusedError(_stream_error(record))
            yield record


def record_of(line: bytes) -> dict[str, Any]:
    """One record of the stream. Raises EngineRefusedError for a line that is none."""
    try:
        record = parsed_json(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        shown = line[:LONGEST].decode("utf-8", "replace")
        raise EngineRefusedError(f"it gave an unexpected answer: {shown}")
    return {
        name: value for name, value in record.items() if isinstance(value, KINDS.get(name, object))
    }


@dataclass
class Patience:
    """What a call to the engine has come to, over all its tries."""

    pauses: Pauses
    ended: int = 0
    """Layers, at most."""
    refusals: int = 0
    """Of the login, since a layer ended."""
    let_in: bool = False

    def moved(self, layers: "Layers") -> None:
        """Take note of what came in: where more layers ended, the budget is whole again."""
        self.let_in = self.let_in or layers.let_in
        if layers.ended > self.ended:
            self.ended, self.refusals = layers.ended, 0
            self.pauses.moved()

    def after(self, refused: EngineRefusedError) -> None:
        """Wait before the next try. Raises `refused` where none helps."""
        if _EXPIRED.search(refused.words.lower()):
            self.refusals += 1
            if self.refusals > (RENEWALS if self.let_in else 1):
                raise refused
            if self.refusals == 1:
                return  # the engine leaves the login out where its first question failed
        elif not may_pass(refused.words):
            raise refused
        try:
            self.pauses.after(refused.words.strip(), asked_to_wait(refused.words))
        except NoWayError:
            raise refused from None


def patiently(work: Callable[[Patience], T], pauses: Pauses, cancelled: Cancelled) -> T:
    """Do `work`, and again after a pause where that may help, as long as the budget lasts.

    Raises what `work` raises: at once where it is a refusal, else once the budget is used up.
    """
    patience = Patience(pauses)
    while True:
        stop_if(cancelled)
        try:
            return work(patience)
        except EngineRefusedError as refused:
            patience.after(refused)


def stop_if(cancelled: Cancelled) -> None:
    """Raise WizardError (INTERRUPTED) once the person wants no more of it."""
    if cancelled():
        raise WizardError(
            "Copying the image was stopped.",
            fix="Run the command again to resume; finished layers are not sent again.",
            code=ExitCode.INTERRUPTED,
        )


def _message(text: str) -> str:
    try:
        return str(parsed_json(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text


def _stream_error(record: Mapping[str, Any]) -> str:
    detail = record.get("errorDetail") or {}
    return str(detail.get("message") or record.get("error") or "an error without a message")


WHOLE = "image"
"""The `layer` of a report about the image as a whole."""
EVERY = 0.2
"""Seconds between two reports about one layer while its phase stays the same."""

_PHASES = {
    "Pulling fs layer": "waiting",
    "Waiting": "waiting",
    "Preparing": "preparing",
    "Downloading": "downloading",
    "Verifying Checksum": "checking",
    "Download complete": "downloaded",
    "Extracting": "extracting",
    "Pull complete": "ready",
    "Already exists": "already here",
    "Pushing": "pushing",
    "Pushed": "pushed",
    "Layer already exists": "already there",
}
_ENDED = {"ready", "already here", "pushed", "already there"}
_NO_LAYER = ("Pulling from ", "Digest: ", "Status: ")


@dataclass(frozen=True, slots=True)
class LayerProgress:
    """How far one layer of the image has come.

    `layer` is the engine's short id; the same layer may have one id while it is pulled and
    another while it is pushed. `layer` is "image" where a report is about the image as a whole.
    `done` and `total` are bytes, 0 while unknown.
    """

    layer: str
    phase: str
    done: int
    total: int


class Layers:
    """One pull or push: takes the engine's records, reports what is news."""

    def __init__(
        self,
        report: Callable[[LayerProgress], None],
        *,
        pushing: bool,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Report to `report`; `pushing` because both directions know an "Already exists"."""
        self._report = report
        self._pushing = pushing
        self._now = now
        self._last: dict[str, LayerProgress] = {}
        self._told: dict[str, float] = {}

    @property
    def bytes_known(self) -> int:
        """The sum of all layers' sizes in bytes, as far as the engine named them."""
        return sum(layer.total for layer in self._last.values())

    @property
    def ended(self) -> int:
        """How many layers need no more."""
        return sum(layer.phase in _ENDED for layer in self._last.values())

    @property
    def let_in(self) -> bool:
        """Whether the registry has given or taken anything."""
        return any(layer.done for layer in self._last.values()) or self.ended > 0

    def take(self, record: Mapping[str, Any]) -> None:
        """Fold in one record of the stream; records about no layer are passed over."""
        layer, status = record.get("id"), record.get("status", "")
        if not layer or not status or status.startswith(_NO_LAYER):
            return
        now = self._now()
        before = self._last.get(layer)
        after = self._moved(layer, status, record.get("progressDetail") or {})
        self._last[layer] = after
        same_phase = before is not None and before.phase == after.phase
        if before == after or (same_phase and now - self._told[layer] < EVERY):
            return
        self._told[layer] = now
        self._report(after)

    def _moved(self, layer: str, status: str, detail: Mapping[str, Any]) -> LayerProgress:
        phase = self._phase(status)
        before = self._last.get(layer)
        total = _size(detail, "total") or (before.total if before else 0)
        if phase in _ENDED or phase == "downloaded":
            return LayerProgress(layer, phase, total, total)
        done = _size(detail, "current")
        return LayerProgress(layer, phase, min(done, total) if total else done, total)

    def _phase(self, status: str) -> str:
        if status.startswith("Mounted from "):
            return "already there"
        if status.startswith("Retrying"):
            return "retrying"
        if self._pushing and status == "Already exists":
            return "already there"
        return _PHASES.get(status, status.lower())


def _size(detail: Mapping[str, Any], name: str) -> int:
    """A byte count out of a progressDetail. Newer engines count seconds there too: no bytes."""
    value = detail.get(name)
    bytes_too = isinstance(value, int) and detail.get("units", "") == ""
    return max(int(value), 0) if bytes_too and value else 0
