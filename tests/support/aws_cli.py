"""The real `aws` command's own argument parser: what API call a command line means, offline."""

import functools
import os
import shlex
from typing import Any

import awscli.clidriver  # type: ignore[import-untyped]
import pytest
from awscli.paramfile import register_uri_param_handler  # type: ignore[import-untyped]
from botocore import xform_name

Meaning = tuple[str, str, dict[str, Any]]
"""Service, operation, parameters."""


@functools.cache
def _driver() -> Any:
    with pytest.MonkeyPatch.context() as patch:  # conftest takes it away, as all that is AWS's
        patch.setenv("AWS_DATA_PATH", os.pathsep.join(awscli._awscli_data_path))
        driver = awscli.clidriver.create_clidriver()
        driver._get_command_table()
        register_uri_param_handler(driver.session)
        return driver


@functools.cache
def _operations(service: str) -> Any:
    return _driver()._get_command_table()[service]._get_command_table()


def meaning(line: str) -> Meaning:
    """The call that a command line would make; AssertionError for options that do not exist."""
    program, service, name, *words = shlex.split(line)
    assert program == "aws"
    command = _operations(service)[name]
    options, globals_ = _globals(words)
    table = dict(command.arg_table)
    parsed, rest = command._create_operation_parser(table).parse_known_args(options)
    assert rest == [], f"unknown options: {rest}"
    assert globals_.keys() <= {"region", "profile", "query"}
    params = command._build_call_parameters(parsed, table, None)
    model = command._operation_model
    assert xform_name(model.name, "-") == name
    return service, model.name, params


def _globals(words: list[str]) -> tuple[list[str], dict[str, str]]:
    known = _driver()._get_argument_table()
    own, found = [], {}
    rest = iter(words)
    for word in rest:
        if word.startswith("--") and word[2:] in known:
            found[word[2:]] = next(rest)
        else:
            own.append(word)
    return own, found
