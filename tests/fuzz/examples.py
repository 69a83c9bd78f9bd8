"""How much is tried, and texts that parsers break at. `EXAMPLES=5000 pytest tests/fuzz` tries more.

Nothing is timed, and what was found once is found again: the database of examples is not needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
LONG = 10_000
"""Characters of the longest inputs."""

bounded: Callable[..., Any] = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)

NASTY = (
    "",
    "\x00",
    "\ufeff",
    "\ud800",
    "\x1b]52;c;eA==\x07",
    "\u202eevil",
    "👩‍👩‍👧‍👦é́́",
    "$(touch evil)`touch evil`",
    "'\"\\\n\r\n\t",
    '\\(read("env:HOME"))',
    '"""#"""',
    "{0} {name} {} %s %(x)s",
    "[bold]*[/]",
    "../../etc/passwd",
    "[" * LONG,
    '{"a":' * LONG,
    "x" * LONG,
    "💥" * LONG,
    "0" * LONG,
    "1e999",
    "NaN",
    "-0",
)
whole_texts = st.text(st.characters(codec="utf-8"), max_size=200)
texts = st.sampled_from(NASTY) | whole_texts
files = st.binary(max_size=300) | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def mangled(draw: Callable[[Any], Any], whole: str) -> str:
    """A text that is right but for some places."""
    text = whole
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 12))
        text = (
            text[:at] + draw(st.sampled_from(NASTY[:14]) | st.text(max_size=5)) + text[at + gone :]
        )
    return text
