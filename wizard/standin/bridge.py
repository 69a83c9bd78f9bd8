"""The way to moto: a call passed on as it came, or asked with other parameters."""

import json
import os
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

import botocore.parsers
import botocore.serialize
import moto.backends
import moto.core.errors
import moto.core.responses
import moto.core.serialize
from moto import backend_index
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.core.config import default_user_config
from moto.core.request import Request
from moto.iam import models as iam_models
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from wizard.standin import protocol
from wizard.standin.call import AwsError, Call

iam: Any = iam_models
IN_USE: Any = BackendDict
ACCOUNT = "123456789012"
GLOBAL = {"iam", "sts"}
HOSTS = {"iam": "iam", "ecr": "api.ecr.{region}", "cloudfront": "cloudfront"}
BACKENDS: Any = moto.backends
POLICIES = (
    "AdministratorAccess",
    "AmazonECSTaskExecutionRolePolicy",
    "AmazonECSInfrastructureRoleForGatewayHostSharedALB",
    "AmazonECSInfrastructureRoleforExpressGatewayServices",
    "AWSAppRunnerFullAccess",
    "AWSAppRunnerServicePolicyForECRAccess",
    "CloudWatchLogsReadOnlyAccess",
    "IAMReadOnlyAccess",
    "PowerUserAccess",
    "Billing",
    "ReadOnlyAccess",
    "ViewOnlyAccess",
)
HOP_HEADERS = {"date", "server", "status", "content-length", "connection"}

Handler = Callable[[Any, str, Any], tuple[int, dict[str, Any], Any]]


class Moto:
    """moto's backends behind one small face."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        _choose_policies()
        _remember()
        # Nobody here starts a machine, and to make some 400 images anew takes a fifth of a second.
        os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        # moto keeps this session for good; made now, it sees no profile of a test's making.
        AccountSpecificBackend.get_session()

    def backend(self, service: str, region: str) -> Any:
        """The state of a service in a region, to look things up in."""
        return BACKENDS.get_backend(service)[ACCOUNT]["aws" if service in GLOBAL else region]

    def reset(self) -> None:
        """Forget everything. moto's own way makes all backends anew at once, which is slow."""
        for services in IN_USE._instances:
            services.clear()
        IN_USE._instances.clear()

    def state(self) -> dict[str, dict[str, dict[str, Any]]]:
        """All backends there are: by service, account and region."""
        return {
            services.service_name: {account: dict(regions) for account, regions in services.items()}
            for services in IN_USE._instances
        }

    def put(self, state: dict[str, dict[str, dict[str, Any]]]) -> None:
        """Have these backends, and no others."""
        self.reset()
        for service, accounts in state.items():
            for account, regions in accounts.items():
                BACKENDS.get_backend(service)[account].update(regions)

    def pass_on(self, call: Call) -> Response:
        """The call as it came, answered by moto."""
        status, headers, body = self._send(call, call.request)
        kept = {name: value for name, value in headers.items() if name.lower() not in HOP_HEADERS}
        return Response(body, status, kept)

    def ask(self, call: Call, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """What moto answers to the call, or to the same with other parameters, as a dict."""
        operation = protocol.model(call.service).operation_model(call.operation)
        request = call.request if params is None else _rebuilt(call, operation, params)
        status, headers, body = self._send(call, request)
        parser = botocore.parsers.create_parser(operation.service_model.protocol)
        raw = body.encode() if isinstance(body, str) else body
        parsed: dict[str, Any] = parser.parse(
            {"status_code": status, "headers": headers, "body": raw}, operation.output_shape
        )
        parsed.pop("ResponseMetadata", None)
        if "Error" in parsed:
            raise AwsError(parsed["Error"]["Code"], parsed["Error"]["Message"], status)
        return parsed

    def _send(self, call: Call, request: Any) -> tuple[int, dict[str, Any], Any]:
        url = _url(call)
        handler = self._handler(call.service, url)
        inner = Request.from_primitives(
            request.method, url + request.path.lstrip("/"), request.headers, request.get_data()
        )
        try:
            status, headers, body = handler(inner, inner.raw_url, inner.headers)
        except HTTPException as error:
            return error.code or 500, dict(error.get_headers()), error.get_body()
        return status, headers, body

    def _handler(self, service: str, url: str) -> Handler:
        if service not in self._handlers:
            self._handlers[service] = _find_handler(service, url)
        return self._handlers[service]


def _choose_policies() -> None:
    """Let moto know a few of AWS's managed policies; all 1,500 cost a tenth of a second each time.

    Their texts are moto's, which it takes from AWS.
    """
    default_user_config["iam"]["load_aws_managed_policies"] = True
    known = json.loads(iam.aws_managed_policies_data)
    chosen = {name: known[name] for name in POLICIES if name in known}
    iam.aws_managed_policies_data = json.dumps(chosen)


def _remember() -> None:
    """Let moto find once, not at every call, what a service has, and which names XML allows."""
    errors: Any = moto.core.errors
    errors.ErrorLookupFactory = cache(errors.ErrorLookupFactory)
    responses: Any = moto.core.responses
    responses.method_names_from_class = cache(responses.method_names_from_class)
    xml: Any = vars(moto.core.serialize)["xmltodict"]
    xml._validate_name = cache(xml._validate_name)  # half of what it takes to write an answer


def _url(call: Call) -> str:
    host = HOSTS.get(call.service, call.service + ".{region}").format(region=call.region)
    return f"https://{host}.amazonaws.com/"


def _find_handler(service: str, url: str) -> Handler:
    for name, pattern in backend_index.backend_url_patterns:
        if not pattern.match(url):
            continue
        regions = BACKENDS.get_backend(name)[ACCOUNT]
        backend = regions["aws" if service in GLOBAL else "us-east-1"]
        for path, handler in backend.urls.items():
            if re.match(path, url):
                return handler  # type: ignore[no-any-return]
    raise AwsError("UnknownOperationException", f"The stand-in has no service {service}.", 404)


def _rebuilt(call: Call, operation: Any, params: dict[str, Any]) -> Request:
    serializer = botocore.serialize.create_serializer(operation.service_model.protocol)
    wire = serializer.serialize_to_request(params, operation)
    body = wire["body"]
    if isinstance(body, dict):
        body = urlencode(body)
    headers = dict(call.request.headers) | wire["headers"]
    headers.pop("Content-Length", None)
    return Request.from_primitives("POST", "https://aws/", headers, body)
