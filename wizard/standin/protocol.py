"""AWS's wire protocols: requests in, answers and errors out, by botocore's models.

moto brings parsers and serialisers for every protocol; this module is all that touches them.
"""

import json
import re
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.wrappers import Response

from wizard.standin.call import AwsError, Call

SCOPE = re.compile(r"Credential=(?P<key>[^/,]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/")
MODELS = {
    "tagging": "resourcegroupstaggingapi",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
}
"""Where botocore's folder is not the signing name."""


def model(service: str) -> Any:
    """botocore's model of a service, by its signing name."""
    return get_service_model(MODELS.get(service, service))


def read(environ: dict[str, Any]) -> Call:
    """The call in a WSGI request. Raises AwsError where it is none."""
    request = Request(environ)
    scope = SCOPE.search(request.headers.get("Authorization", ""))
    if scope is None:
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    call = Call(
        service=scope["service"],
        operation="",
        region=scope["region"],
        access_key=scope["key"],
        request=request,
    )
    request.get_data(cache=True)
    call.operation, uri = _operation(call)
    call.params = _params(call, uri)
    return call


def _operation(call: Call) -> tuple[str, dict[str, Any]]:
    request = call.request
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2], {}
    if action := request.values.get("Action"):
        return action, {}
    operation, uri = get_service_router(MODELS.get(call.service, call.service)).match(request)
    return operation.name, uri


def _params(call: Call, uri: dict[str, Any]) -> dict[str, Any]:
    request, service = call.request, model(call.service)
    protocol = determine_request_protocol(service, request.content_type)
    parser = PROTOCOL_PARSERS[protocol](service.operation_model(call.operation), map_type=dict)
    parsed: dict[str, Any] = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": uri,
        }
    )
    return parsed


def answer(call: Call, result: dict[str, Any]) -> Response:
    """A result in the call's protocol."""
    service = model(call.service)
    protocol = determine_request_protocol(service, call.request.content_type)
    serializer = get_serializer_class(service.service_name, protocol)(
        operation_model=service.operation_model(call.operation)
    )
    serialized = serializer.serialize(result)
    headers = {**serialized["headers"], "x-amzn-RequestId": str(uuid4())}
    return Response(serialized["body"], serialized["status_code"], headers)


def refuse(call: Call, error: AwsError) -> Response:
    """An error in the call's protocol."""
    request_id = str(uuid4())
    protocol = _protocol_of(call)
    if protocol in {"query", "ec2", "rest-xml"}:
        return Response(_xml(protocol, error, request_id), error.status, content_type="text/xml")
    name = "Message" if protocol == "json" else "message"
    body = json.dumps({"__type": error.code, name: error.message})
    headers = {"x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
    return Response(body, error.status, headers, content_type="application/x-amz-json-1.1")


def _protocol_of(call: Call) -> str:
    try:
        return str(determine_request_protocol(model(call.service), call.request.content_type))
    except Exception:
        return "json"


def _xml(protocol: str, error: AwsError, request_id: str) -> str:
    code, message = escape(error.code), escape(error.message)
    if protocol == "ec2":
        return (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            f"</Errors><RequestID>{request_id}</RequestID></Response>"
        )
    side = "Sender" if error.status < 500 else "Receiver"
    return (
        f"<ErrorResponse><Error><Type>{side}</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
