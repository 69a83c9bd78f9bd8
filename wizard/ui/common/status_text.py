"""The status report as text for 80 columns, which steers no terminal and holds no secret."""

from __future__ import annotations

import json
import shlex
import textwrap
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from wizard.answers import checks
from wizard.answers.questions.host import ANYBODY
from wizard.base.names import TAG_KEY, TAG_VALUE
from wizard.base.offer import labels
from wizard.base.secret import HIDDEN
from wizard.base.text import clean, hashless
from wizard.costs import age, summary
from wizard.engine.account.deployments import moving
from wizard.engine.status.data import (
    AGENT,
    ANSWERS,
    DATABASE,
    DIFFERS,
    Database,
    DeploymentState,
    LogLine,
    Machine,
    Report,
    Spent,
)
from wizard.engine.status.report import USD, WHAT
from wizard.hosts.host import ServiceView
from wizard.journal.lock import working

REACHED = {
    "postgres": "PostgreSQL in the VPC",
    "data-api": "the RDS Data API; in practice, about 100 resources",
}
"""How an agent reaches its database, in words."""


class Shown:
    """Makes texts of AWS fit to be shown: harmless, and without these secrets."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._secrets = sorted(
            {form for each in secrets if each for form in (each, json.dumps(each)[1:-1])},
            key=len,
            reverse=True,
        )

    def text(self, text: str) -> str:
        """A text of AWS as one line that is fit to be shown."""
        shown = clean(text)
        for secret in self._secrets:
            shown = shown.replace(secret, HIDDEN)
        return hashless(shown)

    def value(self, value: Any) -> Any:
        """A JSON value whose texts, names of members as well, are cleaned and hold no secret."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self.text(key): self.value(inner) for key, inner in value.items()}
            case list():
                return [self.value(inner) for inner in value]
            case _:
                return value


MONTH_LABEL = "This month"


def month(report: Report, asks: str) -> tuple[str, str, str]:
    """A line as `status.text` has them; `asks` says how to have it asked."""
    if any(each.demo for each in report.deployments):
        return "", MONTH_LABEL, "nothing: this is the demo"
    if report.spent:
        return "", MONTH_LABEL, _told(report.spent)
    if any(gap.what == WHAT for gap in report.gaps):
        return "-", MONTH_LABEL, "not available; see below"
    return "", MONTH_LABEL, f"not fetched (AWS charges $0.01). {asks}".strip()


def _told(spent: Spent) -> str:
    where = ", ".join(spent.regions)
    first = date.fromisoformat(spent.begin)
    since = f"since {first:%b} {first.day}, according to AWS"
    if not spent.services:
        return f"nothing {since} (up to a day behind), in {where}"
    parts = [f"{name} {_money(cost, spent.unit)}" for name, cost in spent.services.items()]
    total = f"{_money(spent.total, spent.unit)} {since} (up to a day behind)"
    if spent.own:
        return f"{total}, for all resources tagged {TAG_KEY}={TAG_VALUE} in {where}: " + (
            f"{', '.join(parts)}."
        )
    return (
        f"{total}, for ALL resources of these services in {where}, including those not from the "
        f"wizard: {', '.join(parts)}. To see only the wizard's, activate the cost allocation tag "
        f"“{TAG_KEY}” in the Billing console; AWS counts by it from then on."
    )


def _money(amount: Decimal, unit: str) -> str:
    return f"${amount:,.2f}" if unit == USD else f"{amount:,.2f} {unit}"


def minute(text: str) -> str:
    """A time to the minute, in UTC whatever this machine's zone is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%b %d, %Y %H:%M} UTC"
    except ValueError:
        return text


def span(begin: str, end: str) -> str:
    """When an operation began, and how long it took or that it goes on."""
    if not end:
        return f"since {minute(begin)}"
    try:
        took = datetime.fromisoformat(end) - datetime.fromisoformat(begin)
    except ValueError:
        return minute(begin)
    return f"{minute(begin)}, {_length(took.total_seconds())}"


def _length(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def later(one: str, other: str) -> bool:
    """Whether one is after the other; not where either is no time."""
    try:
        return datetime.fromisoformat(one) > datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False


WIDTH = 80
LABEL = 12
DIGEST = len("sha256:") + 24
"""Letters of a digest that are shown; --json has them all."""
FINE, DOUBT, WRONG, UNKNOWN, WAITING = "✓", "!", "✗", "-", "◐"
LOOKING = "looking …"
MOVING = frozenset({"OPERATION_IN_PROGRESS", "PAUSED", "ACTIVE", "DRAINING"})
Line = tuple[str, str, str]
"""A sign, a label (both may be empty) and what there is to say."""


def text(report: Report, asks: str = "") -> str:
    """The whole, ending in a line end. `report.problem` is told elsewhere.

    `asks` says what would have AWS asked for this month's cost.
    """
    shown = Shown(report.secrets)
    return "\n".join(line for line in _lines(report, shown, asks)) + "\n"


def _lines(report: Report, shown: Shown, asks: str) -> Iterator[str]:
    if report.identity:
        alias = f" ({report.identity.alias})" if report.identity.alias else ""
        told = f"Account {report.identity.account}{alias}, signed in as {report.identity.arn}"
        yield from textwrap.wrap(shown.text(told), WIDTH, subsequent_indent="  ")
    for state in report.deployments:
        yield ""
        yield shown.text(f"{state.name} in {state.region}" + ("" if state.ours else ", by hand"))
        for each in lines(state, report.machine):
            yield from _wrapped(each, shown)
        if len(report.deployments) == 1:
            yield from _wrapped(month(report, asks), shown)
        yield from _log(state.logs, shown)
    if len(report.deployments) > 1:
        yield ""
        yield from _wrapped(month(report, asks), shown)
    if report.gaps:
        yield ""
    for gap in report.gaps:
        yield from textwrap.wrap(shown.text(f"- {gap.words}"), WIDTH, subsequent_indent="  ")
    yield ""
    yield from textwrap.wrap(shown.text(verdict(report)), WIDTH)


def _wrapped(line: Line, shown: Shown) -> list[str]:
    sign, label, told = line
    first = f"  {sign or ' '} {label.ljust(LABEL - 1)} "
    return textwrap.wrap(
        shown.text(told),
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
        break_long_words=False,
    ) or [first.rstrip()]


def lines(state: DeploymentState, machine: Machine) -> Iterator[Line]:
    """Everything about one deployment but its log; sides still looked at say so."""
    if not state.ours:
        told = (
            f"It does not have the tag {TAG_KEY}={TAG_VALUE}: only AWS's own information is shown."
        )
        yield DOUBT, "By hand", told + " apply --adopt yes takes it over."
    if state.claim:
        yield DOUBT, "In progress", working(state.claim, datetime.now(UTC))
    if AGENT in state.pending:
        yield from ((WAITING, label, LOOKING) for label in ("Agent", "Service", "Versions"))
    else:
        yield from _agent(state)
        yield from _service(state)
        yield from _callers(state)
    yield from _operations(state)
    if AGENT not in state.pending:
        yield from _versions(state, machine)
        yield from _image(state)
    yield from [(WAITING, "Database", LOOKING)] * (DATABASE in state.pending)
    yield from _database(state.database)
    if state.database and state.datastore:
        yield FINE, "Reached by", REACHED.get(state.datastore, state.datastore)
    yield from [(WAITING, "Drift", LOOKING)] * (DIFFERS in state.pending)
    yield from _drift(state)
    if state.estimate and not state.demo:
        yield "", "Cost", f"{summary(state.estimate)} An estimate: {age(state.estimate)}."
    for number, gap in enumerate(state.gaps):
        yield UNKNOWN, "" if number else "Unavailable", gap.words


def log_head(lines: tuple[LogLine, ...]) -> str:
    """What stands above the log's last lines."""
    return f"Last lines of the agent's log, {minute(lines[-1].at)}"


def _log(lines: tuple[LogLine, ...], shown: Shown) -> Iterator[str]:
    if lines:
        yield f"    {log_head(lines)}"
    for each in lines:
        yield from textwrap.wrap(
            shown.text(each.text),
            WIDTH,
            initial_indent="      ",
            subsequent_indent="        ",
            break_on_hyphens=False,
        )


def _agent(state: DeploymentState) -> Iterator[Line]:
    agent = state.agent
    if moving(state.parts):
        told = "between hosts is not finished; `formae-wizard apply --resume` resumes it"
        yield WRONG, "Move", f"{told}, `formae-wizard apply --host` moves the agent back"
    if state.service is None:
        there = ", ".join(part.words for part in state.parts)
        yield WRONG, "Agent", f"Incomplete: there is no service. Existing: {there}."
        return
    if agent.answers:
        yield FINE, "Agent", f"answers at {state.service.url}"
    elif state.unreachable:
        told = "is internal: it can only be reached from inside the VPC, or through a VPN"
        yield UNKNOWN, "Agent", f"Not checked from here: its address, {state.service.url}, {told}."
    else:
        yield (
            WRONG,
            "Agent",
            f"does not answer at {state.service.url or 'any address'}: "
            + (f"HTTP {agent.health.status}" if agent.health.status else agent.health.reason),
        )
    if agent.strangers.status is not None:
        yield _access(state)


def _access(state: DeploymentState) -> Line:
    agent, protected = state.agent, state.protected
    if agent.open:
        chosen = " Its config asks for no password." if protected is False else ""
        place = ["--region", state.region, "--name", state.name]
        told = (
            "OPEN TO EVERYONE: anyone who knows the address can do everything the agent is allowed "
            f"to do (HTTP {agent.strangers.status} without a password).{chosen}"
        )
        protect = shlex.join(["formae-wizard", "apply", *place, "--protect", "yes"])
        told += "" if state.demo else f" Protect it: {protect}"
        return DOUBT if protected is False else WRONG, "Access", told
    if not agent.refuses:
        return (
            WRONG,
            "Access",
            f"requests without a password get HTTP {agent.strangers.status} instead of 401",
        )
    refused = f"requests without a password are refused (HTTP {agent.strangers.status})"
    if agent.owner.status == ANSWERS:
        return FINE, "Access", f"{refused}, the stored password is accepted"
    if agent.owner.status is None:
        return FINE, "Access", f"{refused}; the password was {agent.owner.reason}"
    return DOUBT, "Access", f"{refused}, but so is the stored password ({agent.owner.status})"


def _service(state: DeploymentState) -> Iterator[Line]:
    service = state.service
    if service is None:
        return
    sign = FINE if service.running else DOUBT if service.status in MOVING else WRONG
    size = size_words(service)
    size = f", {size}" if size else ""
    yield sign, "Service", f"{service.status}{size}; changed {minute(service.updated)}"


def _callers(state: DeploymentState) -> Iterator[Line]:
    found = state.service.callers if state.service else None
    if found is None:
        return
    if not found:
        yield WRONG, "Callers", "from nowhere: its security group accepts no address"
    elif ANYBODY in found:
        yield "", "Callers", "from any address; --allow-cidr restricts this"
    else:
        yield FINE, "Callers", f"only from {', '.join(found)}; --allow-cidr changes this"


def _operations(state: DeploymentState) -> Iterator[Line]:
    for number, each in enumerate(state.operations):
        told = f"{each.type} {each.status}, {span(each.started, each.ended)}"
        yield "", "" if number else "Operations", told


def size_words(service: ServiceView) -> str:
    """CPU and memory as a person says them; empty where AWS does not say."""
    if not (service.cpu.isdecimal() and service.memory.isdecimal()):
        return f"{service.cpu}, {service.memory}" if service.cpu else ""
    return f"{checks.vcpu(int(service.cpu))}, {checks.gigabytes(int(service.memory))}"


def _versions(state: DeploymentState, machine: Machine) -> Iterator[Line]:
    if state.service is None:
        return
    deployed, answers = state.version or state.service.tag, state.agent.version
    told = [f"agent {deployed or 'with an unknown version'} as deployed"]
    if answers:
        told.append("and as it answers" if answers == deployed else f"but answers as {answers}")
    cli = f"the CLI has version {machine.cli}" if machine.cli else "no formae CLI found"
    apart = bool(machine.cli and deployed and machine.cli != deployed)
    advice = " (the versions should match)" if apart else ""
    odd = apart or bool(answers and answers != deployed)
    newest = f"the newest release {machine.newest_by} is {machine.newest}"
    yield DOUBT if odd else FINE, "Versions", f"{' '.join(told)}; {cli}{advice}; {newest}"


def _image(state: DeploymentState) -> Iterator[Line]:
    """Where the service goes by the tag, it took what lay there when it was deployed."""
    image, service = state.image, state.service
    if image is None or service is None:
        return
    words = f"{image.digest[:DIGEST]}…" + (
        f", pushed {minute(image.pushed)}" if image.pushed else ""
    )
    if later(image.pushed, service.updated):
        yield (
            DOUBT,
            "Image",
            f"{words}, AFTER the last deployment: an earlier image may still be running",
        )
    else:
        yield "", "Image", words
    if state.other_image:
        yield DOUBT, "", state.other_image


def _database(found: Database | None) -> Iterator[Line]:
    if found is None:
        return
    every = [found.status, *(each.status for each in found.instances)]
    sign = FINE if found.instances and set(every) == {"available"} else DOUBT
    whose = "" if found.own else ", not the wizard's,"
    instances = "".join(f"; instance {each.name} {each.status}" for each in found.instances)
    yield sign, "Database", f"cluster {found.cluster}{whose} {found.status}{instances}"
    told = [f"PostgreSQL {found.engine_version}"]
    if found.least is not None and found.most is not None:
        told.append(f"{found.least:g} to {found.most:g} capacity units")
    if found.capacity:
        told.append(f"{found.capacity.value:g} at {minute(found.capacity.at)}")
    if found.volume:
        told.append(f"{found.volume.value / 1e6:,.1f} MB used")
    yield "", "", ", ".join(told)
    if found.gateway:
        yield "", "", "express configuration: reached over the internet, with IAM tokens only"


def _drift(state: DeploymentState) -> Iterator[Line]:
    if state.drift is None:
        return
    if not state.drift:
        yield FINE, "Drift", "no changes since setup"
    half = [each for each in state.drift if each.then]
    for number, each in enumerate(half):
        told = f"{each.what}: {each.now}; the next apply {each.then}"
        yield DOUBT, "" if number else "Incomplete", told
    others = [each for each in state.drift if not each.then]
    causes = [each for each in others if not each.follows] or others
    for number, each in enumerate(causes):
        told = each.words.replace(",arn:", ", arn:")
        yield DOUBT, "" if number else "Drift", told
    names = dict.fromkeys(each.name for each in state.drift if each.name)
    if names:
        yield "", "", f"to keep it: apply --accept all, or: {', '.join(names)}"
    if state.edited:
        yield FINE, "Edited", f"by hand, on this machine: {', '.join(state.edited)}"
    for number, words in enumerate(state.theirs):
        yield FINE, "" if number else "Others'", f"{words}; kept"


def verdict(report: Report) -> str:
    """How what is deployed stands, in a sentence or two."""
    if not report.deployments:
        return _nothing(report)
    bad = [f"“{each.name}” in {each.region}" for each in report.deployments if not each.well]
    open_ = [f"“{each.name}”" for each in report.deployments if each.agent.open]
    many = len(report.deployments)
    told = "The agent answers." if many == 1 else f"All {many} agents answer."
    if bad:
        told = f"Problems: {', '.join(bad)}."
    if open_:
        return f"{told} Open without a password: {', '.join(open_)}."
    return (
        told
        if bad
        else told.removesuffix(".")
        + (
            " and refuses requests without a password."
            if many == 1
            else " and refuse requests without a password."
        )
    )


def _nothing(report: Report) -> str:
    what = f"No deployment named “{report.name}”" if report.name else "No deployments"
    where = f"any region of {labels()}" if len(report.regions) > 1 else "".join(report.regions)
    told = f"{what} in {where}, as far as the wizard can see."
    if not report.gaps:
        told = f"{what} in {where}."
    for name, roles in report.remarks.items():
        told += f" “{name}” has roles, which belong to no region: {roles}."
    return told
