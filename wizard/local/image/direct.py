"""One image from registry to registry: no engine, nothing on disk, a few parts in memory.

Layers are sent side by side, each part while the next is read, in parts as large as ECR wants them.
What the registry has is not sent again, and a part that was lost is sent again alone.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, Queue
from urllib.parse import urlencode, urljoin

from wizard.base.fan_out import fan_out
from wizard.local.image.names import split_reference
from wizard.local.image.published import Blob, Published
from wizard.local.image.registry import (
    PASSES,
    PIECE,
    Answer,
    NoWayError,
    PassingError,
    RefusedError,
    Registry,
)
from wizard.local.image.stream import EVERY, Cancelled, LayerProgress, stop_if

PART = 5 * 2**20
"""Bytes of a part: the least that ECR takes, but for the last one."""
AT_ONCE = 6
"""Layers on their way at the same time."""
BUFFERS = 9
"""Parts of all of them in memory."""
GLANCE = 0.2
"""Seconds after which it is looked again whether the person wants no more of it."""
UPLOADS = 3
"""How often the upload of a layer is started, where the registry loses what it was sent."""
GONE = frozenset({404, 410})
OUT_OF_STEP = 416
"""The registry has more or less of the upload than the part begins with."""
MIXED_UP = frozenset({400, OUT_OF_STEP})
"""What it says of a part or a digest that does not fit what it has."""
RANGE = re.compile(r"(?:bytes=)?0-(\d+)")


class LostError(Exception):
    """The registry does not know the upload any more, or has something else: start it again."""


@dataclass
class _Told:
    """Reports of all layers, about five times a second for each that moves."""

    report: Callable[[LayerProgress], None]
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: dict[str, tuple[str, float]] = field(default_factory=dict)

    def __call__(self, blob: Blob, phase: str, done: int) -> None:
        now = time.monotonic()
        with self.lock:
            before, at = self.last.get(blob.id, ("", 0.0))
            if before == phase and now - at < EVERY:
                return
            self.last[blob.id] = phase, now
            self.report(LayerProgress(blob.id, phase, done, blob.size))


def copy_directly(
    image: Published,
    source: Registry,
    target: Registry,
    destination: str,
    report: Callable[[LayerProgress], None],
    cancelled: Cancelled,
) -> str:
    """Copy what `look_up` found to `destination` (`repository:tag` in `target`); its digest.

    The manifest arrives byte by byte, so the digest is the source's. `report` is called from
    several threads, one at a time. Raises RefusedError, NoWayError; WizardError (INTERRUPTED) once
    `cancelled`.
    """
    told, failed = _Told(report), list[BaseException]()
    buffers: Queue[bytearray] = Queue()
    for _ in range(BUFFERS):
        buffers.put(bytearray(PART))

    def one(blob: Blob) -> None:
        try:
            _LayerCopy(blob, source, target, told, lambda: bool(failed) or cancelled(), buffers)()
        except BaseException as error:
            failed.append(error)  # ends the others, whose errors mean nothing
            raise

    def all_of_them() -> None:
        with suppress(BaseException):
            largest = sorted(image.blobs, key=lambda blob: -blob.size)  # the last one is not alone
            fan_out({blob.digest: partial(one, blob) for blob in largest}, most=AT_ONCE)

    work = threading.Thread(target=all_of_them, name="image", daemon=True)
    work.start()
    while work.is_alive():  # a registry that is silent does not keep the person waiting
        work.join(GLANCE)
        stop_if(cancelled)
    if failed:
        raise failed[0]
    return _put_manifest(image, target, split_reference(destination)[1])


def _put_manifest(image: Published, target: Registry, tag: str) -> str:
    headers = {"Content-Type": image.media_type}
    try:
        target.ask("PUT", f"manifests/{tag}", headers=headers, body=image.manifest)
    except RefusedError:
        if _there(image, target, tag):  # the answer to an earlier try was lost
            return image.digest
        raise
    return image.digest


def _there(image: Published, target: Registry, tag: str) -> bool:
    headers = {"Accept": image.media_type}
    with suppress(RefusedError, NoWayError):
        answer = target.ask("HEAD", f"manifests/{tag}", headers=headers)
        return answer.headers.get("Docker-Content-Digest") == image.digest
    return False


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a layer: where it starts, and whether it is the last one."""

    start: int
    buffer: bytearray
    data: memoryview
    """What of the buffer is filled."""
    last: bool

    @property
    def end(self) -> int:
        """The byte after it."""
        return self.start + len(self.data)


@dataclass
class _LayerCopy:
    """One layer, or the config, from registry to registry."""

    blob: Blob
    source: Registry
    target: Registry
    told: _Told
    cancelled: Cancelled
    buffers: Queue[bytearray]
    """Those that are free; memory that is taken and given back for each part would pile up."""

    def __call__(self) -> None:
        """Copy it unless the registry has it."""
        stop_if(self.cancelled)
        if self.there():
            self.told(self.blob, "already there", self.blob.size)
            return
        for left in reversed(range(UPLOADS)):
            try:
                self._upload()
                break
            except LostError as lost:
                if not left:
                    raise RefusedError(str(lost), host=self.target.host) from None
                self.told(self.blob, "retrying", 0)
        self.told(self.blob, "copied", self.blob.size)

    def there(self) -> bool:
        """Whether the registry has it."""
        path = f"blobs/{self.blob.digest}"
        return self.target.ask("HEAD", path, also=GONE).status not in GONE

    def _upload(self) -> None:
        """Send it in parts, each while the next is read."""
        self.told(self.blob, "copying", 0)
        begun = self.target.ask("POST", "blobs/uploads/", headers={"Content-Length": "0"})
        upload = _Upload(self, next_location(self.target, begun, ""))
        reader, ready, over = _Reader(self), Queue[_Part | None](), threading.Event()

        def read() -> None:
            try:
                while (part := reader.next(over)) is not None:
                    ready.put(part)
            finally:
                ready.put(None)

        def send() -> None:
            try:
                while (part := ready.get()) is not None:
                    upload.send(part)
                    reader.give_back(part.buffer)
            finally:
                over.set()

        try:
            fan_out({"read": read, "sent": send})
        finally:
            for buffer in tuple(reader.held):
                reader.give_back(buffer)


@dataclass
class _Reader:
    """Reads a layer part by part, and verifies it before it hands out the last one."""

    copy: _LayerCopy
    position: int = 0
    hashed: hashlib._Hash = field(default_factory=hashlib.sha256)
    held: list[bytearray] = field(default_factory=list)
    """Buffers whose parts are not sent yet."""
    _whole: bool = False
    _pieces: Iterator[bytes] | None = None
    _rest: bytes = b""

    def next(self, over: threading.Event) -> _Part | None:
        """The next part; None after the last one, or once it is `over`.

        Raises LostError where the layer is not what its digest says.
        """
        blob, start = self.copy.blob, self.position
        buffer = None if self._whole else self._buffer(over)
        if buffer is None:
            return None
        data = memoryview(buffer)[: min(PART, blob.size - start)]
        self._fill(data)
        self.hashed.update(data)
        self._whole = self.position == blob.size
        if self._whole and f"sha256:{self.hashed.hexdigest()}" != blob.digest:
            raise LostError(f"the content of {blob.digest} does not match its digest")
        return _Part(start, buffer, data, self._whole)

    def _buffer(self, over: threading.Event) -> bytearray | None:
        while not over.is_set():
            stop_if(self.copy.cancelled)
            with suppress(Empty):
                self.held.append(self.copy.buffers.get(timeout=GLANCE))
                return self.held[-1]
        return None

    def give_back(self, buffer: bytearray) -> None:
        """Let a layer have the buffer of a part that was sent."""
        del self.held[next(n for n, each in enumerate(self.held) if each is buffer)]
        self.copy.buffers.put(buffer)

    def _fill(self, buffer: memoryview) -> None:
        """Read until the buffer is full; where that breaks off, ask for the rest."""
        source, filled = self.copy.source, 0
        pauses = source.pauses()
        while filled < len(buffer):
            stop_if(self.copy.cancelled)
            try:
                piece = self._piece()
            except PASSES as trouble:
                self._pieces, self._rest = None, b""
                source.pause(trouble, pauses)
                continue
            taken = piece[: len(buffer) - filled]
            buffer[filled : filled + len(taken)] = taken
            self._rest = piece[len(taken) :]
            filled += len(taken)
            self.position += len(taken)
            pauses.moved()

    def _piece(self) -> bytes:
        if self._rest:
            return self._rest
        if self._pieces is None:
            path = f"blobs/{self.copy.blob.digest}"
            self._pieces = self.copy.source.stream(path, self.position)
        piece = next(self._pieces, b"")
        if not piece:
            raise PassingError("the connection ended before the layer did")
        return piece


@dataclass
class _Upload:
    """A layer on its way into the registry."""

    copy: _LayerCopy
    location: str
    """Where the next part goes."""

    def send(self, part: _Part) -> None:
        """Send a part, again where it may not have arrived. Raises LostError."""
        target = self.copy.target
        pauses = target.pauses()
        position, unsure = part.start, False
        while True:
            stop_if(self.copy.cancelled)
            try:
                self._send(part, position, unsure=unsure)
                return
            except PASSES as trouble:
                target.pause(trouble, pauses)
            unsure = True
            received = self._received(part)
            if received == part.end and not part.last:
                return
            if part.last and self.copy.there():
                return
            position = part.start if received is None else received

    def _send(self, part: _Part, position: int, *, unsure: bool) -> None:
        data = part.data[position - part.start :]
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(data))}
        if data:
            headers["Content-Range"] = f"{position}-{part.end - 1}"
        method, url = "PATCH", self.location
        if part.last:
            digest = urlencode({"digest": self.copy.blob.digest})
            method, url = "PUT", f"{url}{'&' if '?' in url else '?'}{digest}"
        body = partial(self._pieces, data, position)
        try:
            answer = self.copy.target.once(method, url, headers=headers, body=body)
        except RefusedError as refused:
            if refused.status == OUT_OF_STEP and unsure and not part.last:
                return  # ECR has the part already: it takes whole ones, or none
            if refused.status in GONE or (refused.status in MIXED_UP and (unsure or part.last)):
                raise LostError(refused.words) from None
            raise
        self.location = next_location(self.copy.target, answer, self.location)

    def _received(self, part: _Part) -> int | None:
        """The byte with which the upload goes on; None where the registry does not say."""
        try:
            answer = self.copy.target.ask("GET", self.location)
        except RefusedError:
            return None  # as ECR, which knows no such question
        self.location = next_location(self.copy.target, answer, self.location)
        found = RANGE.fullmatch(answer.headers.get("Range", ""))
        if found is None:
            return None
        received = int(found[1]) + 1 if found[1] != "0" else 0
        if not part.start <= received <= part.end:
            raise LostError(f"the upload has {received} bytes, where {part.start} were sent")
        return received

    def _pieces(self, data: memoryview, position: int) -> Iterator[memoryview]:
        for start in range(0, len(data), PIECE):
            stop_if(self.copy.cancelled)
            yield data[start : start + PIECE]
            self.copy.told(self.copy.blob, "copying", position + min(start + PIECE, len(data)))


def next_location(target: Registry, answer: Answer, before: str) -> str:
    """Where an upload goes on, by the registry's answer."""
    location = answer.headers.get("Location") or before
    if not location:
        raise RefusedError("it does not say where the upload goes")
    return urljoin(f"{target.url}/", location)
