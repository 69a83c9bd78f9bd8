"""Text from elsewhere as it may be shown: it steers no terminal and holds no secret."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from wizard.base.secret import HIDDEN
from wizard.base.text import clean
from wizard.engine.differences import hashless


class Shown:
    """Cleans, and hides these secrets."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._secrets = sorted(
            {form for each in secrets if each for form in (each, json.dumps(each)[1:-1])},
            key=len,
            reverse=True,
        )

    def text(self, text: str) -> str:
        """One line of it."""
        shown = clean(text)
        for secret in self._secrets:
            shown = shown.replace(secret, HIDDEN)
        return hashless(shown)

    def value(self, value: Any) -> Any:
        """The same for every text in what JSON knows, names of members as well."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self.text(key): self.value(inner) for key, inner in value.items()}
            case list():
                return [self.value(inner) for inner in value]
            case _:
                return value
