"""Deploy a formae agent: questions, documents, the plan, and what is done with it."""

__version__ = "0.1.0"
