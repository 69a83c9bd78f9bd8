"""Long calls to the engine: their records one by one, with an end to waiting and to trying."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from wizard.base.errors import ExitCode, WizardError
from wizard.local.image.refusals import EngineRefusedError, may_pass

if TYPE_CHECKING:
    from docker import APIClient

SILENCE = 180
"""Seconds without a word after which a pull or push counts as hung."""
KINDS: dict[str, type] = {"id": str, "status": str, "progressDetail": dict, "aux": dict}
"""Of what kind a record's members are; others are passed over."""
LONGEST = 200
"""Bytes that are shown of what is no record."""
PAUSES = (2.0, 5.0, 10.0)
"""Seconds between tries; the engine has tried several times itself before it gives up once."""

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
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        shown = line[:LONGEST].decode("utf-8", "replace")
        raise EngineRefusedError(f"it answered with what is no record: {shown}")
    return {
        name: value for name, value in record.items() if isinstance(value, KINDS.get(name, object))
    }


def patiently(work: Callable[[], T], *, again: Callable[[], None], cancelled: Cancelled) -> T:
    """Do `work`; where the network stumbled, call `again`, wait and do it once more.

    Raises what `work` raises: at once where it is a refusal, after the last try otherwise.
    """
    for pause in PAUSES:
        stop_if(cancelled)
        try:
            return work()
        except EngineRefusedError as refused:
            if not may_pass(refused.words):
                raise
        again()
        _wait(pause, cancelled)
    return work()


def stop_if(cancelled: Cancelled) -> None:
    """Raise WizardError (INTERRUPTED) once the person wants no more of it."""
    if cancelled():
        raise WizardError(
            "Copying the image was stopped.",
            fix="Run again to go on; layers that have arrived are not sent twice.",
            code=ExitCode.INTERRUPTED,
        )


def _wait(seconds: float, cancelled: Cancelled) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        stop_if(cancelled)
        time.sleep(0.1)


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text


def _stream_error(record: Mapping[str, Any]) -> str:
    detail = record.get("errorDetail") or {}
    return str(detail.get("message") or record.get("error") or "an error without words")
