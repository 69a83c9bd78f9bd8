"""Database: a new one, or one of the account's, picked from a list and tried out first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.answers.fields.field import Field
from screens.answers.fields.picker import Offer, Picker
from screens.answers.group import GroupScreen
from screens.words import problem_text
from wizard.account.existing import Cluster, StoredSecret
from wizard.failures.errors import WizardError
from wizard.guided.looks import ACCESS, CLUSTERS, SECRETS
from wizard.questions import Group

LEAST_NAME = 12
BESIDE = 36
"""Cells that topics, margins, marks and scrollbars take beside a list."""


class DatabaseScreen(GroupScreen):
    """The questions about the database, with what the account has to choose from."""

    def __init__(self) -> None:
        super().__init__(Group.DATABASE)
        self._going = False

    def compose_fields(self) -> ComposeResult:
        """The questions; between them, what came of looking around."""
        for each in self.session.questions(self.group):
            yield Field(each, self.session)
            if each.key == "database":
                yield Static(id="found", classes="told")
        yield Static(id="access", classes="told")

    def show_session(self) -> None:
        """Fill the lists, once they are wanted and known."""
        super().show_session()
        self._offer("cluster_arn", self._cluster_offers())
        self._offer("cluster_secret_arn", self._secret_offers())
        self._tell()
        if not self.session.text("cluster_secret_arn"):
            self.session.preselect_secret()
        cluster, values = self.session.cluster, self.session.collected.values
        off = bool(cluster and not cluster.data_api and not values["enable_data_api"])
        self.query_one("#field-enable_data_api").set_class(off, "-prominent")
        if self._going and self.session.seen(ACCESS):
            self._proved()

    def on_resize(self) -> None:
        """Columns that fit."""
        self.show_session()

    @property
    def _existing(self) -> bool:
        return bool(self.session.collected.values["database"] == "existing")

    def _offer(self, key: str, offers: list[Offer]) -> None:
        picker = self.query_one(f"#field-{key}", Field).editor
        if isinstance(picker, Picker):
            picker.offer(offers, always=key == "cluster_arn")

    def _cluster_offers(self) -> list[Offer]:
        found = self.session.seen(CLUSTERS)
        if found is None or isinstance(found, WizardError):
            return []
        return cluster_rows(found, self.app.size.width - BESIDE)

    def _secret_offers(self) -> list[Offer]:
        found = self.session.seen(SECRETS)
        if found is None or isinstance(found, WizardError):
            return []
        cluster = self.session.cluster
        own = cluster.secret_arn if cluster else ""
        rows = [Offer(each.arn, f"{each.name}  {_about(each, own)}") for each in found]
        return sorted(rows, key=lambda row: row.value != own)

    def _tell(self) -> None:
        label = self.query_one("#found", Static)
        label.display = self._existing
        label.update(self._looked())
        access = self.query_one("#access", Static)
        session = self.session
        access.display = bool(session.account) and session.worth_trying
        tried = session.seen(ACCESS)
        if tried is None:
            access.update(Content.styled("◐ Trying the cluster with its secret …", "$text-accent"))
        elif isinstance(tried, WizardError):
            access.update(problem_text(tried))
        else:
            access.update(Content("✓ The cluster answers with this secret."))

    def _looked(self) -> Content:
        found = self.session.seen(CLUSTERS)
        region = self.session.place[1]
        match found:
            case None if not self.session.account:
                return Content("Sign in to see your clusters here; an ARN can be pasted.")
            case None:
                return Content.styled("◐ Looking which clusters there are …", "$text-accent")
            case WizardError():
                return Content("\n").join(
                    [problem_text(found), Content("An ARN can be pasted all the same.")]
                )
            case []:
                return Content(f"There is no cluster in {region}.")
            case _:
                number = sum(not each.unfit for each in found)
                return Content(f"{number} of {len(found)} in {region} can be used.")

    def answered(self, key: str) -> None:
        """With a cluster comes the secret RDS keeps for it."""
        self._going = False
        if key == "cluster_arn":
            self.session.preselect_secret()

    def go_on(self) -> None:
        """Prove access first, unless the Data API will only be switched on by the run."""
        session = self.session
        if not session.worth_trying or not session.account:
            super().go_on()
        elif session.seen(ACCESS):
            super().go_on()  # what was refused is a problem, and never comes here
        else:
            self._going = True
            self._tell()
            self.wizard.lookout.tend()

    def _proved(self) -> None:
        """The attempt that was waited for has ended."""
        self._going = False
        if self.session.seen(ACCESS) is True:
            super().go_on()
            return
        self.query_one("#access").scroll_visible()
        self.app.bell()

    def action_next(self) -> None:
        """A refused attempt is made again: the cause may be gone."""
        if isinstance(self.session.seen(ACCESS), WizardError):
            del self.session.known[ACCESS, self.session.access_key]
        super().action_next()

    def blocked(self) -> str:
        """A refusal by the cluster counts as well."""
        if self._existing and isinstance(self.session.seen(ACCESS), WizardError):
            return "✗ The cluster refused. Ctrl-N tries again."
        return super().blocked()


def _about(secret: StoredSecret, own: str) -> str:
    return "(kept by RDS for this cluster)" if secret.arn == own else secret.about


def cluster_rows(clusters: list[Cluster], width: int) -> list[Offer]:
    """Name, version, status and Data API in columns that fit into `width` cells."""
    fit = [each for each in clusters if not each.unfit]
    version = max((len(each.version) for each in fit), default=0)
    status = max((len(each.status) for each in fit), default=0)
    longest = max((len(each.name) for each in fit), default=0)
    room = max(LEAST_NAME, min(longest, width - version - status - len("   Data API off")))
    rows = []
    for each in clusters:
        name = each.name if len(each.name) <= room else each.name[: room - 1] + "…"
        columns = f"{name:<{room}} {each.version:<{version}} {each.status:<{status}}"
        data_api = f"Data API {'on' if each.data_api else 'off'}"
        label = each.name if each.unfit else f"{columns} {data_api}"
        rows.append(Offer(each.arn, label, each.unfit))
    return rows
