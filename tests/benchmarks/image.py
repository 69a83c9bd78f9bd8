"""The image's way into ECR: seconds, memory and disk, beside `docker pull` and `push` and `skopeo`.

An image of 600 MB in a dozen layers goes from one docker-registry into another, both behind one
line that is shaped: so many megabytes a second each way, and so many milliseconds until a byte
arrives. Memory is the most that the programs that copy have had, disk the most that lay there.
Needs root for Docker's engine; what is not installed is left out.
"""

import asyncio
import base64
import contextlib
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from tests.benchmarks.measured import Missing, Row, Setup, turns
from tests.support.docker_engine import ECR_PASSWORD, ECR_USER, _running_registry, running_engine
from tests.support.oci_images import CONFIG, LAYER, MANIFEST, Blob, Image, Registry

LAYERS, MEGABYTES = 12, 600
SPEEDS, DELAY = (50.0, 10.0), 0.020
"""Megabytes a second, of an office's line and of a hotel's, and seconds; each way."""
ROUNDS = 3
"""At most: it is mostly waiting, and that does not vary."""
AIMS = {"skopeo copy": 1.0, "docker pull + push": 0.5}
MEMORY = 100.0
"""Megabytes."""
NAME, TAG = "team/image", "1.0.0"
CHUNK = 2**16
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One copy: seconds, peak memory and peak size of what it wrote, in megabytes."""

    program: str
    seconds: float
    memory: float
    disk: float


class Line:
    """A line with a speed each way, in bytes a second, and a delay in seconds."""

    def __init__(self, speed: float, delay: float) -> None:
        self._speed, self._delay = speed, delay
        self._free = {"down": 0.0, "up": 0.0}

    async def serve(self, behind: str) -> str:
        """Listen before a registry; the address."""

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            host, port = behind.split(":")
            there, to = await asyncio.open_connection(host, int(port), limit=CHUNK)
            await asyncio.gather(self._carry(reader, to, "up"), self._carry(there, writer, "down"))

        server = await asyncio.start_server(meet, "127.0.0.1", 0, limit=CHUNK)
        return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str
    ) -> None:
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(
            max(4, int(self._speed * self._delay * 4 / CHUNK))
        )

        async def deliver() -> None:
            while True:
                due, data = await late.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            writer.close()

        out = asyncio.create_task(deliver())
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                now = time.monotonic()
                self._free[way] = max(self._free[way], now) + len(data) / self._speed
                await late.put((self._free[way] + self._delay, data))
        with contextlib.suppress(ConnectionError):
            await late.put((0.0, b""))
            await out


def _line(speed: float, delay: float, behind: list[str], told: Connection) -> None:
    async def run() -> None:
        line = Line(speed, delay)
        told.send([await line.serve(each) for each in behind])
        await asyncio.Event().wait()

    asyncio.run(run())


@contextlib.contextmanager
def shaped(speed: float, delay: float, *behind: str) -> Iterator[list[str]]:
    """Addresses that lead to these through one line, in a process of its own."""
    told, tell = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_line, args=(speed, delay, list(behind), tell))
    process.start()
    try:
        yield told.recv()
    finally:
        process.terminate()
        process.join()


def big_image(megabytes: int) -> Image:
    """An image of layers of different sizes that cannot be compressed."""
    chance = random.Random(1)
    weights = [chance.uniform(0.2, 2) for _ in range(LAYERS)]
    sizes = [int(each / sum(weights) * megabytes * MEGABYTE) for each in weights]
    packed = []
    for number, size in enumerate(sizes):
        packed.append(_layer(number, chance.randbytes(size)))
    layers = tuple(Blob(LAYER, data) for data, _ in packed)
    content = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [tar for _, tar in packed]},
    }
    config = Blob(CONFIG, json.dumps(content).encode())
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.described(),
        "layers": [each.described() for each in layers],
    }
    return Image(Blob(MANIFEST, json.dumps(manifest).encode()), config, layers)


def _layer(number: int, data: bytes) -> tuple[bytes, str]:
    """A layer with one file, stored in gzip's way, and the digest of its tar archive."""
    import gzip
    import hashlib
    import io
    import tarfile

    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo(f"file-{number}")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    whole = tar.getvalue()
    return gzip.compress(whole, 1, mtime=0), f"sha256:{hashlib.sha256(whole).hexdigest()}"


@contextlib.contextmanager
def watched(*folders: Path) -> Iterator[Callable[[], float]]:
    """Gives the most that lay in these folders so far, in megabytes."""
    most, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            sizes = (each.stat().st_blocks * 512 for each in _files(folders))
            most[0] = max(most[0], sum(sizes) / MEGABYTE)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        over.set()
        thread.join()


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                file = Path(path, name)
                with contextlib.suppress(OSError):
                    if file.is_file() and not file.is_symlink():
                        yield file


def _command(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak memory of a command, which counts from where it became that program."""
    began, peak = time.monotonic(), 0.0
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, high_water(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"{words[0]} failed")
    return time.monotonic() - began, peak


def high_water(pid: int) -> float:
    """The most memory that a process has had, in megabytes; 0 where it is not there any more."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / MEGABYTE
    return 0.0


def _clean(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}


def ours(source: str, target: str, folder: Path) -> Run:
    """This program, in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.copy_image", source, target]
    environment = {**_clean(folder), "NO_PROXY": "127.0.0.1", "PYTHONPATH": str(Path.cwd())}
    with watched(folder) as disk:
        seconds, memory = _command(words, environment)
        return Run("formae-wizard", seconds, memory, disk())


def skopeo(source: str, target: str, folder: Path) -> Run:
    """`skopeo copy`."""
    words = ["skopeo", "copy", "-q", "--insecure-policy", "--src-tls-verify=false"]
    words += ["--dest-tls-verify=false", f"--dest-creds={ECR_USER}:{ECR_PASSWORD}"]
    words += [f"docker://{source}", f"docker://{target}"]
    with watched(folder) as disk:
        seconds, memory = _command(words, _clean(folder))
        return Run("skopeo copy", seconds, memory, disk())


def docker(source: str, target: str, folder: Path) -> Run:
    """`docker pull`, `docker tag` and `docker push`, with an engine that has nothing yet."""
    auth = base64.b64encode(f"{ECR_USER}:{ECR_PASSWORD}".encode()).decode()
    config = {"auths": {target.partition("/")[0]: {"auth": auth}}}
    (folder / ".docker").mkdir()
    (folder / ".docker" / "config.json").write_text(json.dumps(config))
    with running_engine() as engine:
        environment = {**_clean(folder), "DOCKER_HOST": engine.host}
        data = Path(engine.host.removeprefix("unix://")).parent / "data"
        with watched(data) as disk:
            steps = (["pull", "-q", source], ["tag", source, target], ["push", "-q", target])
            used = [_command(["docker", *words], environment) for words in steps]
            memory = high_water(engine.process.pid) + max(each for _, each in used)
            return Run("docker pull + push", sum(each for each, _ in used), memory, disk())


def programs() -> dict[str, Callable[[str, str, Path], Run]]:
    """Ours under no name, and those of the others that are here."""
    if not shutil.which("docker-registry"):
        raise Missing("docker-registry is not installed")
    found: dict[str, Callable[[str, str, Path], Run]] = {"": ours}
    if shutil.which("skopeo"):
        found["skopeo copy"] = skopeo
    if shutil.which("docker") and shutil.which("dockerd"):
        found["docker pull + push"] = docker
    return found


def measure(setup: Setup) -> Iterator[Row]:
    """All in turns, each into a registry that has nothing yet: no layer can be taken over."""
    runs: dict[str, list[Run]] = {name: [] for name in programs()}
    image = big_image(MEGABYTES)
    with _running_registry() as source:
        Registry(source).upload(NAME, TAG, {"amd64": image})

        def one(name: str, program: Callable[[str, str, Path], Run], speed: float) -> float:
            runs[name].append(_one(program, source, speed))
            return runs[name][-1].seconds

        for speed in SPEEDS:
            each = {name: partial(one, name, of, speed) for name, of in programs().items()}
            took = turns(min(setup.rounds, ROUNDS), each, warm_up=False)
            what = f"image, {MEGABYTES} MB at {speed:g} MB/s, {1000 * DELAY:.0f} ms"
            for name in took.keys() & AIMS.keys():
                aim, theirs = AIMS[name], took[name]
                yield Row(what=what, unit="s", ours=took[""], against=name, theirs=theirs, aim=aim)
            line = [MEGABYTES / speed] * len(took[""])
            yield Row(what=what, unit="s", ours=took[""], against="the line alone", theirs=line)
    for part, most in (("memory", MEMORY), ("disk", 0.0)):
        used = {name: [getattr(run, part) for run in of] for name, of in runs.items()}
        notes = [", ".join(f"{name} {max(of):.0f} MB" for name, of in used.items() if name)]
        yield Row(what=f"image, {part}", unit="MB", ours=used[""], aim=most, notes=notes)
    if gone := ", ".join(AIMS.keys() - runs.keys()):
        raise Missing(f"{gone}: not installed")


def _one(program: Callable[[str, str, Path], Run], source: str, speed: float) -> Run:
    with (
        _running_registry((ECR_USER, ECR_PASSWORD)) as target,
        shaped(speed * MEGABYTE, DELAY, source, target) as (here, there),
        tempfile.TemporaryDirectory() as folder,
    ):
        return program(f"{here}/{NAME}:{TAG}", f"{there}/{NAME}:{TAG}", Path(folder))
