"""Answers and results as a person says them."""

from __future__ import annotations

from typing import Any

from wizard.checks import gigabytes, vcpu
from wizard.parsing import written
from wizard.questions import Question


def value_words(each: Question, value: Any) -> str:
    """An answer as a person says it."""
    if each.key == "cpu":
        return vcpu(value)
    if each.key == "memory":
        return gigabytes(value)
    label = next((choice.label for choice in each.choices if choice.value == value), "")
    if label and not each.closed:
        return f"{value}, {label}"
    return label or written(value) or "none"
