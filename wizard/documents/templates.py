"""Reads the document templates among the assets; each is valid in its own language as it stands."""

from collections.abc import Mapping
from importlib.resources import files

from wizard.base.values import Template, Value


def pkl_template(name: str, holes: Mapping[str, Value], keep: frozenset[str]) -> Template:
    """A Pkl template; lines between `// if X` and `// end` stay only when X is in `keep`."""
    lines: list[str] = []
    shown = True
    for line in _read(name).splitlines():
        marker = line.strip()
        if marker.startswith("// if "):
            shown = marker.removeprefix("// if ") in keep
        elif marker == "// end":
            shown = True
        elif shown:
            lines.append(line)
    return Template("pkl", "\n".join(lines) + "\n", holes)


def json_template(name: str, holes: Mapping[str, Value]) -> Template:
    """A JSON template; a leaf `"${hole}"` is replaced whole, whatever type its value has."""
    return Template("json", _read(name), holes)


def _read(name: str) -> str:
    return (files("assets") / "templates" / name).read_text(encoding="utf-8")
