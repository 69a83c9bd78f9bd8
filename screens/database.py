"""Database: a new one, or one of the account's, picked from a list and tried out first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from screens.background import in_background
from screens.fields.field import Field
from screens.fields.picker import Offer, Picker
from screens.group import GroupScreen
from screens.session import Place
from screens.words import problem_text
from wizard.answers import Source
from wizard.errors import WizardError
from wizard.existing import Cluster, Secret
from wizard.questions import Group

LEAST_NAME = 12
BESIDE = 36
"""Cells that topics, margins, marks and scrollbars take beside a list."""


class DatabaseScreen(GroupScreen):
    """The questions about the database, with what the account has to choose from."""

    def __init__(self) -> None:
        super().__init__(Group.DATABASE)
        self._trying = False
        self._asked: set[Place] = set()

    def compose_fields(self) -> ComposeResult:
        """The questions; between them, what came of looking around."""
        for each in self.session.questions(self.group):
            yield Field(each, self.session)
            if each.key == "database":
                yield Static(id="found", classes="told")
        yield Static(id="access", classes="told")

    def show_session(self) -> None:
        """Fill the lists, once they are wanted and known."""
        if self._existing:
            self._ask_aws()
        super().show_session()
        self._offer("cluster_arn", self._cluster_offers())
        self._offer("cluster_secret_arn", self._secret_offers())
        self._tell()
        cluster, values = self.session.cluster, self.session.collected.values
        off = bool(cluster and not cluster.data_api and not values["enable_data_api"])
        self.query_one("#field-enable_data_api").set_class(off, "-prominent")

    def on_resize(self) -> None:
        """Columns that fit."""
        self.show_session()

    @property
    def _existing(self) -> bool:
        return bool(self.session.collected.values["database"] == "existing")

    def _ask_aws(self) -> None:
        place, session = self.session.place, self.session
        if place in self._asked or not session.account:
            return
        self._asked.add(place)
        if isinstance(session.clusters.get(place), list):
            return
        in_background(
            self, lambda: session.flow.clusters(*place), lambda found: self._found(place, found)
        )
        in_background(
            self,
            lambda: session.flow.secrets(*place),
            lambda found: self._found_secrets(place, found),
        )

    def _found(self, place: Place, found: list[Cluster] | WizardError) -> None:
        self.session.clusters[place] = found
        self._preselect_secret()
        self.show_session()

    def _found_secrets(self, place: Place, found: list[Secret] | WizardError) -> None:
        self.session.secrets[place] = found
        self.show_session()

    def _offer(self, key: str, offers: list[Offer]) -> None:
        picker = self.query_one(f"#field-{key}", Field).editor
        if isinstance(picker, Picker):
            picker.offer(offers, always=key == "cluster_arn")

    def _cluster_offers(self) -> list[Offer]:
        found = self.session.clusters.get(self.session.place, [])
        if isinstance(found, WizardError):
            return []
        return cluster_rows(found, self.app.size.width - BESIDE)

    def _secret_offers(self) -> list[Offer]:
        found = self.session.secrets.get(self.session.place, [])
        if isinstance(found, WizardError):
            return []
        cluster = self.session.cluster
        own = cluster.secret_arn if cluster else ""
        rows = [
            Offer(each.arn, each.name + ("  (kept by RDS for this cluster)" * (each.arn == own)))
            for each in found
        ]
        return sorted(rows, key=lambda row: row.value != own)

    def _tell(self) -> None:
        label = self.query_one("#found", Static)
        label.display = self._existing
        label.update(self._looked())
        access = self.query_one("#access", Static)
        refused = self.session.access.get(self.session.access_key)
        access.display = self._existing and (self._trying or refused is not None)
        if self._trying:
            access.update(Content.styled("◐ Trying the cluster with its secret …", "$text-accent"))
        elif refused:
            access.update(problem_text(refused))

    def _looked(self) -> Content:
        found = self.session.clusters.get(self.session.place)
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
        self.session.access.pop(self.session.access_key, None)
        if key == "cluster_arn":
            self._preselect_secret()

    def _preselect_secret(self) -> None:
        cluster = self.session.cluster
        if not cluster or not cluster.secret_arn:
            return
        found = self.session.clusters.get(self.session.place, [])
        owned = set() if isinstance(found, WizardError) else {each.secret_arn for each in found}
        typed = self.session.draft[Source.TYPED].get("cluster_secret_arn", "")
        if not typed or typed in owned:
            self.session.type("cluster_secret_arn", cluster.secret_arn)

    def go_on(self) -> None:
        """Prove access first, unless the Data API will only be switched on by the run."""
        session, cluster = self.session, self.session.cluster
        if not self._existing or self._trying or (cluster and not cluster.data_api):
            if not self._trying:
                super().go_on()
            return
        key, values = session.access_key, session.collected.values
        self._trying = True
        self._tell()
        in_background(
            self,
            lambda: session.flow.access_problem(values),
            lambda refused: self._tried(key, refused),
        )

    def _tried(self, key: tuple[str, ...], refused: WizardError | None) -> None:
        self._trying = False
        self.session.access[key] = refused
        if refused is None and key == self.session.access_key:
            super().go_on()
            return
        self.show_session()
        self.query_one("#access").scroll_visible()
        self.app.bell()

    def action_next(self) -> None:
        """A refused attempt is made again: the cause may be gone."""
        if self.session.access.get(self.session.access_key):
            self.session.access.pop(self.session.access_key)
        super().action_next()

    def blocked(self) -> str:
        """A refusal by the cluster counts as well."""
        refused = self.session.access.get(self.session.access_key)
        if self._existing and refused:
            return "✗ The cluster refused. Ctrl-N tries again."
        return super().blocked()


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
