"""Answers and results as a person says them."""

from __future__ import annotations

from wizard.answers.questions import Group

EXCERPTS = {
    Group.ACCOUNT: "Where the agent will live.",
    Group.SIZING: "How large the agent and its database are. You can change this later.",
    Group.DATABASE: "Where the agent keeps its state.",
    Group.SCOPE: "What the agent may do in your account.",
    Group.PROTECTION: "Who may talk to the agent.",
    Group.ADVANCED: "Everything here has a good default: press Next to leave it as it is.",
}
"""What a group of questions is about."""

PROTECTED_BY = (
    "Leave it empty to have one generated. It is kept in AWS Secrets Manager and in the config of "
    "your formae CLI, and shown nowhere."
)
