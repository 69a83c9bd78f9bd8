"""Run the benchmarks, print a table of ratios, and keep every value in a file.

Each pair is measured side by side: ours and theirs take turns, so that a busy machine slows both.
The table shows medians; the ratio is the median of the rounds' ratios. The exit code is 1 where a
benchmark broke; an aim that is missed is marked, and is not an error.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import statistics
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from tests import benchmarks
from tests.benchmarks.measured import Missing, Row, Setup

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".benchmarks"
WIDTHS = (38, 12, 30, 12, 7)


def found() -> dict[str, ModuleType]:
    """Every benchmark by its name."""
    names = [each.name for each in pkgutil.iter_modules(benchmarks.__path__) if each.name[0] != "_"]
    modules = {name: importlib.import_module(f"tests.benchmarks.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "measure")}


def machine() -> dict[str, Any]:
    """What a figure was measured on."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _proc("/proc/cpuinfo", "model name") or platform.processor(),
        "processors": os.cpu_count(),
        "memory": _proc("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def _proc(file: str, name: str) -> str:
    """A line of the kernel's about this machine; empty on other systems."""
    if not Path(file).exists():
        return ""
    lines = (line.partition(":") for line in Path(file).read_text("utf-8").splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "")


def lines(row: Row) -> Iterator[str]:
    """A row as the table shows it."""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    theirs = _amount(row.theirs, row.unit)
    aim = "" if row.aim is None else f"{'✓' if row.reached else '✗'} at most {row.aim:g}"
    cells = (row.what, _amount(row.ours, row.unit), row.against, theirs, ratio)
    sides = ("<", ">", "<", ">", ">")
    table = zip(cells, sides, WIDTHS, strict=True)
    yield "  ".join([*(f"{cell:{side}{width}}" for cell, side, width in table), aim]).rstrip()
    yield from (f"    {note}" for note in row.notes)


def _amount(values: Any, unit: str) -> str:
    if not values:
        return ""
    middle = statistics.median(values)
    digits = 0 if unit in {"calls", "MB"} or middle >= 100 else 2 if middle < 10 else 1
    return f"{middle:.{digits}f} {unit}"


def play(
    name: str, measure: Callable[[Setup], Iterator[Row]], given: argparse.Namespace
) -> dict[str, Any]:
    """Print a benchmark's rows as they come; what it found, or why it found nothing."""
    rows: list[Row] = []
    outcome: dict[str, Any] = {}
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="formae-benchmark-") as folder:
            for row in measure(Setup(given.rounds, Path(folder), given.pace)):
                rows.append(row)
                print(*lines(row), sep="\n", flush=True)
    except Missing as why:
        outcome["missing"] = str(why)
        print(f"{name}: not measured here: {why}", flush=True)
    except Exception as error:
        outcome["broken"] = repr(error)
        traceback.print_exc()
    outcome["rows"] = [{**asdict(row), "ratio": row.ratio} for row in rows]
    return {**outcome, "seconds": round(time.monotonic() - began, 1)}


def main() -> int:
    """Measure and print."""
    known = found()
    told = "\n".join(
        f"  {name:<14}{(module.__doc__ or '').splitlines()[0]}" for name, module in known.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        epilog=f"benchmarks:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=known, metavar="NAME", default=list(known))
    parser.add_argument("--rounds", type=int, default=7, help="of each pair (default: 7)")
    parser.add_argument(
        "--pace", type=float, default=0.1, help="the part of AWS's real time that its waits take"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="where every value is kept")
    given = parser.parse_args()
    about = machine()
    file = given.output or KEPT / f"{about['at'].replace(':', '')}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    heads = zip(("", "ours", "against", "theirs", "ratio"), WIDTHS, strict=True)
    print("  ".join(f"{head:^{width}}" for head, width in heads), "  aim", flush=True)
    outcomes = {}
    for name in given.only:
        outcomes[name] = play(name, known[name].measure, given)
        kept = {"machine": about, "rounds": given.rounds, "benchmarks": outcomes}
        file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(
        f"\n{about['processors']} processors ({about['processor']}), {about['memory']}, "
        f"{about['system']}, Python {about['python']}; {given.rounds} rounds; "
        f"load {about['load']} before, {os.getloadavg()[0]:.2f} after.\nEvery value: {file}"
    )
    return 1 if any("broken" in each for each in outcomes.values()) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
