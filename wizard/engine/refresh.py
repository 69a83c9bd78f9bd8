"""The account as one command sees it before it changes anything: each read call is made once.

What is about to be changed is never judged by this: the step-runner of `apply` takes `Tools`, which
a `Snapshot` is not, so the look right before a change always goes to AWS. Nor does anything that
polls. After a run the snapshot is thrown away.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from wizard.base.errors import AwsError
from wizard.base.fan_out import fan_out
from wizard.base.secret import Secret
from wizard.base.troubles import Trouble, trouble
from wizard.local.formae.config import ClientConfig, Compared
from wizard.plan.graph import sorter
from wizard.plan.world import Reads, changes_nothing

Answer = TypeVar("Answer")


class Snapshot:
    """What AWS has told one command of one region, by service, operation and parameters.

    Refusals are remembered like answers (that a thing is not there is one). What may be another in
    a moment is not: throttling, a network that is down, a sign-in that has ended. Every reader gets
    a copy of its own. Safe to use from several threads: two that ask the same at once ask once.
    """

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str, str], Future[Any]] = {}

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """AWS's answer to a read call, all pages. Raises AwsError or WizardError as `Tools.call`.

        Raises ValueError, without calling AWS, for an operation that changes something.
        """
        if not changes_nothing(operation, params):
            raise ValueError(f"A snapshot makes no changing call: {service} {operation}")
        key = (service, operation, json.dumps(params, sort_keys=True, default=str))
        with self._lock:
            answer = self._answers.get(key)
            if asks := answer is None:
                answer = self._answers[key] = Future()
        if asks:
            self._ask(key, answer, partial(self._reads.call, service, operation, params))
        return copy.deepcopy(answer.result())

    def _ask(self, key: tuple[str, str, str], answer: Future[Any], ask: Callable[[], Any]) -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            if not (isinstance(error, AwsError) and trouble(error) is Trouble.REFUSED):
                with self._lock:
                    del self._answers[key]
            answer.set_exception(error)

    def compare_client_config(self, config: ClientConfig) -> Compared:
        """How the CLI's config on this machine would change. Raises WizardError."""
        return self._reads.compare_client_config(config)

    def password(self, name: str) -> Secret:
        """The new password of that name."""
        return self._reads.password(name)

    def password_hash(self, name: str) -> str:
        """The bcrypt hash of the new password of that name."""
        return self._reads.password_hash(name)


def in_order(
    edges: Mapping[str, frozenset[str]],
    look: Callable[[str], Answer],
    take: Callable[[str, Answer], None],
) -> None:
    """Look at every step of a graph, each after those that it needs; `edges` as of `plan.graph`.

    `look` is called from several threads, `take` from this one, with what `look` returned.
    """
    graph = sorter(edges)
    while graph.is_active():
        asks = {step_id: partial(look, step_id) for step_id in graph.get_ready()}
        for step_id, answer in fan_out(asks).items():
            take(step_id, answer)
            graph.done(step_id)
