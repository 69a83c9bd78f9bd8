"""What the engine says about layers, folded into a few plain reports a second."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
