"""AWS's own API models, read offline: does an operation exist, and do parameters fit its shapes?"""

from __future__ import annotations

import functools
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError, ServiceModel
from botocore.validate import ParamValidator


@functools.cache
def _service(name: str) -> ServiceModel:
    session = botocore.session.get_session()
    return ServiceModel(session.get_component("data_loader").load_service_model(name, "service-2"))


def call_problems(service: str, operation: str, params: dict[str, Any]) -> list[str]:
    """What is wrong with a call, according to AWS's model; empty when it is well formed."""
    try:
        model = _service(service).operation_model(operation)
    except (UnknownServiceError, OperationNotFoundError) as error:
        return [str(error)]
    except botocore.exceptions.DataNotFoundError as error:
        return [str(error)]
    if model.input_shape is None:
        return [f"{operation} takes no parameters"] if params else []
    report = ParamValidator().validate(params, model.input_shape)
    return [report.generate_report()] if report.has_errors() else []
