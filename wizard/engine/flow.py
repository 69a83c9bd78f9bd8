"""`Flow` does what the person wants: sign in, look, plan, check, run. Blocks: call in a worker.

It hands out who is signed in, and a plan that is ready to be run.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.base.secret import Secret
from wizard.local.clock import Alarm
from wizard.local.mfa import afresh

if TYPE_CHECKING:
    from wizard.answers.model import Answers
    from wizard.aws.live import LiveWorld
    from wizard.aws.session import Aws
    from wizard.base.events import Sink
    from wizard.documents.edits import Edits
    from wizard.engine.apply import Outcome
    from wizard.engine.drift import Drift, DriftDecision
    from wizard.engine.preflight import Machine, Preflight, Told
    from wizard.engine.refresh import Snapshot
    from wizard.journal import Journal
    from wizard.journal.run_log import RunLog
    from wizard.plan.inputs import PlanInputs
    from wizard.plan.model import Plan
    from wizard.plan.world import World


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in to AWS."""

    account: str
    arn: str
    alias: str = ""
    expires: datetime | None = None
    """When the sign-in ends; None where it renews itself or does not say."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan that was checked against the account, ready to be reviewed and run."""

    answers: Answers
    plan: Plan
    preflight: Preflight
    client_diff: str
    """How the formae CLI's config would change; empty when it is new or not written."""
    account: str = ""
    """Of whom is signed in."""
    edits_folder: str = ""
    """Where the documents lie that were edited by hand; empty where none were, or nowhere."""
    drift: tuple[Drift, ...] = ()
    """The fields that somebody changed, with what becomes of them."""
    deployed: Answers | None = None
    """The answers that are deployed; None where nothing is."""


# All else is loaded where it is used: the first picture of the screens waits for none of it.
NO_EDITS: Edits = {}
PACE_VARIABLE = "FORMAE_WIZARD_PACE"
"""Real seconds in a second of waiting; the demo sets it, because its AWS is quicker as well."""


@dataclass
class Flow:
    """One person's way through. Safe to use from several worker threads."""

    passwords: dict[str, Secret] = field(default_factory=dict, repr=False)
    """Passwords the person typed, by name ("api")."""
    log: RunLog | None = field(default=None, repr=False)
    journal: Journal | None = field(default=None, repr=False)
    """Log and journal of the last run, from its beginning on: its `path`, or its `problem`."""
    record: Path | None = field(default=None, repr=False)
    """The answers of the last run that succeeded, as an answers file; None where there is none."""
    keychain: str = field(default="", repr=False)
    """What became of the keychain's copy of the API password in the last run; may be empty."""
    demo: bool = False
    """Whether AWS is the demo's stand-in, whose account costs nothing and ends with the wizard."""
    take_over: bool = False
    """Whether the next run takes the place of another that is at work on the deployment."""
    remembers: bool = False
    """Whether it lives for one command, which asks AWS each question once until its run begins."""
    alarm: Alarm = field(default_factory=Alarm, repr=False)
    """Rung where somebody has signed in: a run that waits for it reads the credentials now."""
    _signed_in: dict[tuple[str, str], Aws] = field(default_factory=dict, repr=False)
    _snapshots: dict[tuple[str, str], Snapshot] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def sign_out(self) -> None:
        """Forget every sign-in, so that the next call reads the credentials anew."""
        afresh()
        with self._lock:
            self._signed_in.clear()
            self._snapshots.clear()

    def look_again(self) -> None:
        """Have a run that waits for somebody to sign in read the credentials now."""
        afresh()
        self.alarm.ring()

    def refresh(self) -> None:
        """Forget what AWS told: something was changed, or is about to be."""
        with self._lock:
            self._snapshots.clear()

    def snapshot(self, profile: str, region: str) -> Snapshot:
        """The account for who looks before a change; a new one each time unless it `remembers`.

        Raises WizardError for an unusable profile.
        """
        from wizard.engine.refresh import Snapshot

        found = Snapshot(self.at(profile, region))
        if not self.remembers:
            return found
        with self._lock:
            return self._snapshots.setdefault((profile, region), found)

    def sign_in(self, profile: str, region: str) -> Identity:
        """Who the profile is. Raises WizardError when nobody is signed in."""
        return self._identity(self.snapshot(profile, region), profile, region)

    def _identity(self, snapshot: Snapshot, profile: str, region: str) -> Identity:
        from wizard.catalogue import explain
        from wizard.engine.account.existing import alias
        from wizard.local.profiles import profile as profile_of

        try:
            found = snapshot.call("sts", "GetCallerIdentity", {})
        except AwsError as error:
            told = explain(error, "Checking the AWS sign-in")
            problem = self._clock_problem(profile, region) or told
            raise replace(problem, code=ExitCode.NOT_READY) from None
        used = profile_of(profile)
        expires = used.expires if used else None
        return Identity(found["Account"], found["Arn"], alias(snapshot.call), expires)

    def plan(
        self,
        answers: Answers,
        account: str = "",
        edits: Edits = NO_EDITS,
        *,
        offline: bool = False,
    ) -> Plan:
        """The plan for these answers. Asks AWS only for the permissions of chosen services.

        Unless it is `offline`, the image's registry is asked as well where a host pulls from it.
        Raises WizardError for an edited document that does not fit.
        """
        from wizard.engine.edits_import import build_edited

        asks = account or answers.scope == "services"
        snapshot = self.snapshot(answers.profile, answers.region) if asks else None
        machine = None if offline else self._machine(answers)
        inputs = self._inputs(answers, account, snapshot, machine)
        return build_edited(answers, inputs, edits)

    def prepare(
        self,
        answers: Answers,
        told: Told | None = None,
        edits: Edits = NO_EDITS,
        decision: DriftDecision | None = None,
    ) -> Prepared:
        """Sign in, plan, and check the plan against the account. Changes nothing.

        `edits` are documents the person has changed, as texts by their names, and `decision` is
        what becomes of what somebody changed.
        `told` hears of every check as it begins and ends, from worker threads, one at a time.
        Raises WizardError when there can be no plan at all; what merely stands in its way is in
        the result's preflight.
        """
        from wizard.engine.drift import DriftDecision, decided
        from wizard.engine.edits_import import build_edited, client_diff, folder_of
        from wizard.engine.preflight import preflight, unheard
        from wizard.engine.run_session import recall

        decision, snapshot = (
            decision or DriftDecision(),
            self.snapshot(answers.profile, answers.region),
        )
        account = self._identity(snapshot, answers.profile, answers.region).account
        recall(self.passwords, snapshot, answers, account)
        machine = self._machine(answers)
        inputs = self._inputs(answers, account, snapshot, machine, decision.off)
        by = decided(build_edited(answers, inputs, edits), decision, inputs, snapshot)
        checked = preflight(by.plan, answers, snapshot, machine, told or unheard)
        diff = client_diff(answers, inputs) if answers.client_config else ""
        folder, drift = folder_of(edits, by.plan), by.drift(checked.findings)
        return Prepared(answers, by.plan, checked, diff, account, folder, drift, decision.deployed)

    def check(self, answers: Answers, told: Told | None = None) -> Preflight:
        """The checks of `prepare` alone, also where nobody is signed in. Changes nothing.

        Never raises: what is wrong is in the result.
        """
        from wizard.engine.preflight import preflight, unheard, without_plan
        from wizard.plan.moving import planned

        told = told or unheard
        machine, signed_in = self._machine(answers), None
        try:
            snapshot = self.snapshot(answers.profile, answers.region)
            identity = self._identity(snapshot, answers.profile, answers.region)
            signed_in = snapshot
            inputs = self._inputs(answers, identity.account, snapshot, machine)
            plan = planned(answers, inputs)
        except WizardError as problem:
            return without_plan(problem, answers, signed_in, machine, told)
        return preflight(plan, answers, snapshot, machine, told)

    def run(self, prepared: Prepared, sink: Sink, stop: threading.Event) -> Outcome:
        """Bring the plan about; events go to `sink` from worker threads, one at a time.

        Every event also goes into `log`, every change into `journal`; before a change is due there
        is no journal, and nobody's place is taken. Setting `stop` ends the waiting:
        calls under way come to their end, nothing new begins, and AWS goes on.
        """
        from wizard.answers.autosave import record
        from wizard.engine.apply import apply
        from wizard.engine.run_session import applying, begun, copied, unchanged, under_way

        plan, world = prepared.plan, self.world(prepared.answers)
        begun(self.passwords, prepared.answers, prepared.account)
        outcome = unchanged(self, prepared, sink, stop)
        if outcome is None:
            with under_way(self, plan, applying(prepared, self.passwords), world, stop) as run:
                outcome = run.ended(apply(run.plan, world, run.beside(sink), stop, run.journal))
        if outcome.ok:
            self.record = record(prepared.answers, prepared.account)
            self.keychain = copied(world, prepared.answers, prepared.account)
        return outcome

    def _machine(self, answers: Answers) -> Machine:
        from wizard.engine.preflight import here

        return replace(here(answers), ahead=partial(self._ahead, answers.profile, answers.region))

    def _ahead(self, profile: str, region: str) -> float | None:
        aws = self._signed_in.get((profile, region))
        return aws.ahead if aws else None

    def _clock_problem(self, profile: str, region: str) -> WizardError | None:
        from wizard.engine.preflight import SKEW_FATAL, skewed

        ahead = self._ahead(profile, region)
        return skewed(ahead) if ahead is not None and abs(ahead) > SKEW_FATAL else None

    def world(self, answers: Answers) -> World:
        """The world as the person signed in with these answers may change it."""
        return self.at(answers.profile, answers.region)

    def at(self, profile: str, region: str) -> World:
        """The world as this profile may change it in this region."""
        from wizard.aws.live import LiveWorld

        return self._world(LiveWorld, profile, region)

    def _world(self, kind: type[LiveWorld], profile: str, region: str) -> LiveWorld:
        """One of that kind; profile and region have one sign-in, whoever asks."""
        from wizard.aws.session import Aws  # boto3
        from wizard.local.clock import Clock
        from wizard.local.keychain import Passwords

        with self._lock:
            if (profile, region) not in self._signed_in:
                self._signed_in[profile, region] = Aws(profile, region, kind.silence)
            aws = self._signed_in[profile, region]
        return kind(aws, Passwords(self.passwords), Clock(pace(), self.alarm))

    def _inputs(
        self,
        answers: Answers,
        account: str,
        snapshot: Snapshot | None,
        machine: Machine | None,
        off: Collection[str] = (),
    ) -> PlanInputs:
        from wizard.engine.account.image import image_digest
        from wizard.engine.account.ownership import ownership
        from wizard.engine.destroy.discover import others
        from wizard.local.formae.client import describe
        from wizard.local.formae.config import Client
        from wizard.plan.inputs import PlanInputs

        needed: Mapping[str, tuple[str, ...]] = {}
        if snapshot and answers.scope == "services":
            from wizard.engine.account import asking

            needed = asking.needed(snapshot.call, answers.services)
        call = snapshot.call if snapshot else None
        known = ownership(call, answers) if call and account else {}
        before = known.pop("attached_before", ())
        own = ""
        if answers.scope == "file":
            from wizard.local.files import read_text

            own = read_text(Path(answers.policy_file).expanduser())
        return PlanInputs(
            image_config=copied_config(answers, machine) if machine else "",
            image_digest=image_digest(call, answers, machine.image) if machine else "",
            account=account,
            attached_before=(*before, *sorted(set(off) - set(before))),
            **known,
            permissions=needed,
            own_policy=own,
            client=describe(answers.name) if answers.client_config else Client(),
            password_given="api" in self.passwords,
            others=others(snapshot, answers, account) if snapshot and account else (),
        )


def copied_config(answers: Answers, machine: Machine) -> str:
    """The source image's config, by which a copy is known; empty where none is replaced."""
    digests = machine.image().digests if answers.replace_image else ()
    return digests[-1] if digests else ""


def pace() -> float:
    """Real seconds in a second of waiting."""
    try:
        return max(float(os.environ.get(PACE_VARIABLE, "1")), 1e-4)
    except ValueError:
        return 1.0
