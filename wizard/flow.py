"""The one façade the faces use: sign in, look, plan, check, run. Blocks; faces use workers."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.failures.errors import AwsError, ExitCode, WizardError
from wizard.machine.clock import Alarm
from wizard.runs.prepared import Identity as Identity
from wizard.runs.prepared import Prepared as Prepared
from wizard.secret import Secret

if TYPE_CHECKING:
    from wizard.account.taken import Taken
    from wizard.answers.model import Answers
    from wizard.aws.session import Aws
    from wizard.costs import Prices
    from wizard.deployed import Deployed, Found
    from wizard.documents.edits import Edits
    from wizard.journal import Journal
    from wizard.plan.model import Plan
    from wizard.preflight import Machine, Preflight, Told
    from wizard.questions.lists import Cluster, Policy, StoredSecret
    from wizard.readings.accepting import Ruling
    from wizard.readings.apply import Outcome
    from wizard.runs.surroundings import Surroundings
    from wizard.runs.tools import Tools
    from wizard.telling.events import Sink
    from wizard.telling.runlog import RunLog

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
    take_over: bool = False
    """Whether the next run takes the place of another that is at work on the deployment."""
    alarm: Alarm = field(default_factory=Alarm, repr=False)
    """Rung where somebody has signed in: a run that waits for it reads the credentials now."""
    _signed_in: dict[tuple[str, str], Aws] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def sign_out(self) -> None:
        """Forget every sign-in, so that the next call reads the credentials anew."""
        with self._lock:
            self._signed_in.clear()

    def sign_in(self, profile: str, region: str) -> Identity:
        """Who the profile is. Raises WizardError when nobody is signed in."""
        from wizard.account.existing import alias
        from wizard.failures.problems import explain
        from wizard.machine.profiles import profile as profile_of

        tools = self._tools(profile, region)
        try:
            found = tools.call("sts", "GetCallerIdentity", {})
        except AwsError as error:
            told = explain(error, "Asking AWS who is signed in")
            problem = self._clock_problem(profile, region) or told
            raise replace(problem, code=ExitCode.NOT_READY) from None
        used = profile_of(profile)
        expires = used.expires if used else None
        return Identity(found["Account"], found["Arn"], alias(tools.call), expires)

    def clusters(self, profile: str, region: str) -> list[Cluster]:
        """The region's clusters. Raises WizardError."""
        from wizard.account.existing import clusters

        return clusters(self._tools(profile, region).call)

    def secrets(self, profile: str, region: str) -> list[StoredSecret]:
        """The region's secrets. Raises WizardError."""
        from wizard.account.existing import secrets

        return secrets(self._tools(profile, region).call)

    def policies(self, profile: str, region: str) -> list[Policy]:
        """The account's own managed policies. Raises WizardError."""
        from wizard.account.existing import policies

        return policies(self._tools(profile, region).call)

    def taken(self, profile: str, region: str, name: str) -> Taken:
        """What carries the names of a deployment already. Raises WizardError."""
        from wizard.account.taken import taken

        return taken(self._tools(profile, region).call, name)

    def deployments(self, profile: str, region: str) -> Found:
        """Every deployment of ours in the region. Raises WizardError for an unusable profile."""
        from wizard.deployed import deployments

        return deployments(self._tools(profile, region).call, region)

    def deployed(self, profile: str, region: str, name: str) -> Deployed:
        """What is deployed under that name; its answers are a draft's for `Source.DEPLOYED`."""
        from wizard.deployed import deployed

        return deployed(self._tools(profile, region).call, region, name)

    def access_problem(self, answers: Mapping[str, Any]) -> WizardError | None:
        """Whether the chosen cluster takes a statement with the chosen secret."""
        from wizard.account.existing import access_problem

        tools = self._tools(answers["profile"], answers["region"])
        return access_problem(tools.call, answers["cluster_arn"], answers["cluster_secret_arn"])

    def prices(self, profile: str, region: str) -> Prices:
        """What the region costs now by AWS's price list; the shipped prices where it is silent."""
        from wizard.costs import price_list_region, refresh

        endpoint = price_list_region(region)
        return refresh(lambda *call: self._tools(profile, endpoint).call(*call), region)

    def plan(self, answers: Answers, account: str = "", edits: Edits = NO_EDITS) -> Plan:
        """The plan for these answers. Asks AWS only for the permissions of chosen services.

        Raises WizardError for an edited document that does not fit.
        """
        from wizard.readings.built import built

        return built(answers, self._surroundings(answers, account), edits)

    def prepare(
        self,
        answers: Answers,
        told: Told | None = None,
        edits: Edits = NO_EDITS,
        ruling: Ruling | None = None,
    ) -> Prepared:
        """Sign in, plan, and check the plan against the account. Changes nothing.

        `edits` are documents the person has changed, as texts by their names, and `ruling` is what
        becomes of what somebody changed.
        `told` hears of every check as it begins and ends, from worker threads, one at a time.
        Raises WizardError when there can be no plan at all; what merely stands in its way is in
        the result's preflight.
        """
        from wizard.preflight import preflight, unheard
        from wizard.readings.accepting import Ruling, ruled
        from wizard.readings.built import built
        from wizard.runs.client import difference
        from wizard.runs.editsfolder import folder_of
        from wizard.runs.second_copy import recall

        account, ruling = self.sign_in(answers.profile, answers.region).account, ruling or Ruling()
        recall(self.passwords, self.tools(answers), answers, account)
        surroundings = self._surroundings(answers, account, ruling.off)
        tools = self.tools(answers)
        by = ruled(built(answers, surroundings, edits), ruling, surroundings, tools)
        checked = preflight(by.plan, answers, tools, self._machine(answers), told or unheard)
        diff = difference(answers, surroundings) if answers.client_config else ""
        folder, drift = folder_of(edits, by.plan), by.drift(checked.findings)
        return Prepared(answers, by.plan, checked, diff, account, folder, drift, ruling.deployed)

    def check(self, answers: Answers, told: Told | None = None) -> Preflight:
        """The checks of `prepare` alone, also where nobody is signed in. Changes nothing.

        Never raises: what is wrong is in the result.
        """
        from wizard.plan.build import build
        from wizard.preflight import preflight, unheard, without_plan

        told = told or unheard
        machine, tools = self._machine(answers), None
        try:
            identity = self.sign_in(answers.profile, answers.region)
            tools = self.tools(answers)
            plan = build(answers, self._surroundings(answers, identity.account))
        except WizardError as problem:
            return without_plan(problem, answers, tools, machine, told)
        return preflight(plan, answers, tools, machine, told)

    def run(self, prepared: Prepared, sink: Sink, stop: threading.Event) -> Outcome:
        """Bring the plan about; events go to `sink` from worker threads, one at a time.

        Every event also goes into `log`, every change into `journal`. Setting `stop` ends the
        waiting: calls under way come to their end, nothing new begins, and AWS goes on.
        """
        from wizard.answers.autosave import record
        from wizard.readings.apply import apply
        from wizard.runs.second_copy import begun, copied
        from wizard.runs.underway import applying, under_way

        plan, tools = prepared.plan, self.tools(prepared.answers)
        begun(self.passwords, prepared.answers, prepared.account)
        with under_way(self, plan, applying(prepared, self.passwords), tools, stop) as run:
            outcome = run.ended(apply(run.plan, tools, run.beside(sink), stop, run.journal))
        if outcome.ok:
            self.record = record(prepared.answers, prepared.account)
            self.keychain = copied(tools, prepared.answers, prepared.account)
        return outcome

    def script(self, plan: Plan, answers: Answers) -> str:
        """The plan as one bash file of `aws` and `docker` commands. Looks at nothing."""
        from wizard.export.bash import script

        return script(plan, answers)

    def bundle(self, plan: Plan, answers: Answers) -> Mapping[str, str]:
        """The same as `deploy.sh` with its documents beside it, by file name."""
        from wizard.export.bash import bundle

        return bundle(plan, answers)

    def result(self, prepared: Prepared, outcome: Outcome) -> dict[str, str]:
        """What the person takes away: the agent's URL, and where everything is."""
        service = outcome.results["service"].outputs if outcome.results else {}
        url = service.get("url")
        return {
            "url": f"https://{url}" if url else "",
            "service": str(service.get("arn") or ""),
            "region": prepared.plan.region,
            "name": prepared.plan.name,
        }

    def _machine(self, answers: Answers) -> Machine:
        from wizard.preflight import Machine, engine
        from wizard.runs.client import describe

        return Machine(
            engine=engine,
            client=partial(describe, answers.name),
            ahead=lambda: self._ahead(answers.profile, answers.region),
        )

    def _ahead(self, profile: str, region: str) -> float | None:
        aws = self._signed_in.get((profile, region))
        return aws.ahead if aws else None

    def _clock_problem(self, profile: str, region: str) -> WizardError | None:
        from wizard.preflight import SKEW_FATAL, skewed

        ahead = self._ahead(profile, region)
        return skewed(ahead) if ahead is not None and abs(ahead) > SKEW_FATAL else None

    def tools(self, answers: Answers) -> Tools:
        """The world as the person signed in with these answers may change it."""
        return self._tools(answers.profile, answers.region)

    def _tools(self, profile: str, region: str) -> Tools:
        from wizard.aws.session import Aws  # boto3
        from wizard.machine.clock import Clock
        from wizard.passwords import Passwords
        from wizard.runs.live import LiveTools

        with self._lock:
            if (profile, region) not in self._signed_in:
                self._signed_in[profile, region] = Aws(profile, region)
            aws = self._signed_in[profile, region]
        return LiveTools(aws, Passwords(self.passwords), Clock(pace(), self.alarm))

    def _surroundings(
        self, answers: Answers, account: str, off: Collection[str] = ()
    ) -> Surroundings:
        from wizard.deployed.earlier import earlier
        from wizard.runs.client import describe
        from wizard.runs.surroundings import Client, Surroundings

        needed: Mapping[str, tuple[str, ...]] = {}
        if answers.scope == "services":
            from wizard.account import permissions

            needed = permissions.needed(self.tools(answers).call, answers.services)
        known = earlier(self.tools(answers).call, answers.name) if account else {}
        before = known.pop("attached_before", ())
        own = ""
        if answers.scope == "file":
            from wizard.machine.textfile import read_text

            own = read_text(Path(answers.policy_file).expanduser())
        return Surroundings(
            account=account,
            attached_before=(*before, *sorted(set(off) - set(before))),
            **known,
            permissions=needed,
            own_policy=own,
            client=describe(answers.name) if answers.client_config else Client(),
            password_given="api" in self.passwords,
        )


def pace() -> float:
    """Real seconds in a second of waiting."""
    try:
        return max(float(os.environ.get(PACE_VARIABLE, "1")), 1e-4)
    except ValueError:
        return 1.0
