"""The engine of formae-wizard: questions, documents, the plan and its readings."""

__version__ = "0.1.0"
