"""The one endpoint: reads a request, checks who asks, finds the service, writes the answer."""

import contextlib
import logging
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from moto.core.request import Request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from wizard.standin import clocks, protocol
from wizard.standin.call import AwsError, Call
from wizard.standin.faults import XML_SERVICES, Fault, HungUp, Silence, expired, until_gone
from wizard.standin.rds.wire import PATH, Wire
from wizard.standin.world import Service, World

EXPIRED_KEY = "ASIAEXPIRED"
SUBSCRIPTION = "The AWS Access Key Id needs a subscription for the service"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Behaviour:
    """What tests and the demo change while the stand-in runs."""

    closed: bool = False
    """The account may not use App Runner."""
    expired: bool = False
    """All credentials are past their time."""
    spent: set[str] = field(default_factory=set)
    """Access key ids that are past their time."""
    latency: bool = False
    """Every call takes the time it takes on AWS, scaled."""
    skew: float = 0.0
    """Seconds by which AWS's clock is ahead of this machine's."""
    faults: list[Fault] = field(default_factory=list)


class Front:
    """The WSGI application."""

    def __init__(
        self, world: World, services: dict[str, Service], settle: Callable[[], None], wire: Wire
    ) -> None:
        """`settle` waits for what must have happened before a person's call is answered."""
        self._wire = wire
        self._world = world
        self._services = services
        self._settle = settle
        self._lock = threading.RLock()
        self.behaviour = Behaviour()
        self.calls: list[Call] = []

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        at_agents = environ.get("PATH_INFO") == PATH
        response = self._connected(Request(environ)) if at_agents else self._respond(environ)
        response.date = clocks.theirs(self.behaviour.skew)
        return response(environ, start_response)

    def _respond(self, environ: dict[str, Any]) -> Response:
        call = Call(service="", operation="", region="", request=Request(environ))
        try:
            call = protocol.read(environ)
            if self.behaviour.latency:
                self._world.clock.wait(self._world.durations.call)
            self._hold_up(call)
            with self._lock:
                return self._handle(call)
        except AwsError as error:
            return protocol.refuse(call, error)
        except HungUp:
            raise
        except Silence:
            until_gone(environ)
            raise HungUp from None
        except NotFound:
            return protocol.refuse(call, AwsError("UnknownOperationException", "", 404))
        except NotImplementedError as error:
            return protocol.refuse(call, AwsError("UnknownOperationException", str(error), 404))
        except Exception:
            log.exception("the stand-in broke while answering %s", call)
            return protocol.refuse(call, AwsError("InternalFailure", traceback.format_exc(), 500))

    def _connected(self, request: Request) -> Response:
        """An agent connects with its database, past all of AWS's services."""
        with self._lock:
            for service in self._services.values():
                service.advance()
            return self._wire.answer(request.get_data())

    def _hold_up(self, call: Call) -> None:
        """What merely takes its time, while other calls are answered: those of containers, too."""
        if self._world.roles.of_key(call.access_key) is None:
            self._settle()
        for each in self.behaviour.faults:
            if each.outcome is None and each.strikes(call) and each.meanwhile:
                each.meanwhile()

    def _handle(self, call: Call) -> Response:
        self.calls.append(call)
        self._check_caller(call)
        faults = [each for each in self.behaviour.faults if each.outcome]
        fault = next((each for each in faults if each.strikes(call)), None)
        if fault is None or fault.outcome is None:
            try:
                return self._served(call)
            except AwsError:
                call.refused = True
                raise
        if fault.applied:
            with contextlib.suppress(AwsError):
                self._served(call)
        if fault.meanwhile:
            fault.meanwhile()
        raise fault.outcome

    def _served(self, call: Call) -> Response:
        for service in self._services.values():
            service.advance()
        service_of_call = self._services.get(call.service)
        if service_of_call is None:
            return self._world.moto.pass_on(call)
        method = service_of_call.operations.get(call.operation)
        if method is not None:
            return protocol.answer(call, method(call))
        if service_of_call.complete:
            raise AwsError("UnknownOperationException", f"The stand-in does not know {call}.", 404)
        return self._world.moto.pass_on(call)

    def _check_caller(self, call: Call) -> None:
        spent = call.access_key in self.behaviour.spent or call.access_key.startswith(EXPIRED_KEY)
        if self.behaviour.expired or spent:
            raise expired(call.service)
        if self.behaviour.skew:
            clocks.demand_fresh(call, self.behaviour.skew, xml=call.service in XML_SERVICES)
        if self.behaviour.closed and call.service == "apprunner":
            raise AwsError("SubscriptionRequiredException", SUBSCRIPTION)
        self._world.roles.check(call)

    def reset(self) -> None:
        """Forget all calls and wishes."""
        with self._lock:
            self.behaviour = Behaviour()
            self.calls = []
