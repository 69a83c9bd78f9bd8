"""Permissions: managed policies are picked from AWS's and the account's own, or pasted."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.answers.fields.field import Field
from screens.answers.fields.many import Many
from screens.answers.fields.picker import Offer
from screens.answers.group import GroupScreen
from screens.words import problem_text
from wizard.account.existing import AWS_POLICIES, Policy
from wizard.failures.errors import WizardError
from wizard.guided.looks import POLICIES
from wizard.questions import Group


class PermissionsScreen(GroupScreen):
    """What the agent may manage."""

    def __init__(self) -> None:
        super().__init__(Group.SCOPE)

    def compose_fields(self) -> ComposeResult:
        """The questions; above the policies, what came of looking which there are."""
        for each in self.session.questions(self.group):
            if each.key == "policy_arns":
                yield Static(id="found", classes="told")
            yield Field(each, self.session)

    def show_session(self) -> None:
        """Fill the list once AWS has told."""
        super().show_session()
        found = self.session.seen(POLICIES)
        own = [] if isinstance(found, WizardError) else found or []
        editor = self.query_one("#field-policy_arns", Field).editor
        if isinstance(editor, Many):
            editor.offer(policy_rows([*own, *AWS_POLICIES]))
        told = self.query_one("#found", Static)
        told.display = self.session.collected.values["scope"] == "policies"
        told.update(self._looked())

    def _looked(self) -> Content:
        match self.session.seen(POLICIES):
            case None if not self.session.account:
                return Content("Sign in to see your account's policies here too.")
            case None:
                return Content.styled("◐ Looking which policies you have …", "$text-accent")
            case WizardError() as problem:
                again = Content("AWS's own are offered, and an ARN can be pasted all the same.")
                return Content("\n").join([problem_text(problem), again])
            case found:
                return Content(f"{len(found)} of your account's own, then AWS's for jobs.")


def policy_rows(policies: list[Policy]) -> list[Offer]:
    """Name and what matters for the choice."""
    longest = min(max((len(each.name) for each in policies), default=0), 30)
    return [
        Offer(each.arn, f"{each.name:<{longest}}  {each.about}", each.unfit) for each in policies
    ]
