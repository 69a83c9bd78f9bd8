"""What other programs say: formae and its config, Docker, AWS and its price list."""

import contextlib
import json
import subprocess
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz.examples import LONG, NASTY, bounded, json_values, mangled, texts
from wizard.base.errors import AwsError, WizardError
from wizard.base.text import pkl_string
from wizard.catalogue import explain
from wizard.costs import refresh
from wizard.export.bash.quoting import comment, here_document, word
from wizard.local.formae.cli import Version, parse_status
from wizard.local.formae.config import (
    Connection,
    address,
    agent_said,
    current_connection,
    datastore,
)
from wizard.local.formae.document import PklSyntaxError
from wizard.local.formae.patch import patch, unpatch
from wizard.local.formae.redaction import redacted
from wizard.local.image.copying import _digest_in
from wizard.local.image.names import registry_of, source_problem, split_reference
from wizard.local.image.stream import (
    EngineRefusedError,
    Layers,
    Stage,
    may_pass,
    record_of,
    refusal,
)

CONFIG = """amends "formae:/Config.pkl"

import "plugins:/Auth.pkl" as auth

cli {
  api { url = "https://x.eu-west-1.awsapprunner.com" port = 443 }
  auth = new auth.Basic { username = "formae" password = "a\\"b" }
}
agent { server { nodename = "x" } }
"""
OURS = Connection("https://new.example", 443, "me", 'pa"ss\\(x)')
PRODUCT = json.dumps(
    {
        "product": {"attributes": {"usagetype": "EU-Aurora:ServerlessV2Usage"}},
        "terms": {"OnDemand": {"a": {"priceDimensions": {"b": {"pricePerUnit": {"USD": "0.1"}}}}}},
    }
)


@bounded
@given(texts | mangled(CONFIG))
def test_the_clis_config(text: str) -> None:
    current_connection(text)
    datastore(text)
    redacted(text)
    with contextlib.suppress(PklSyntaxError):
        agent_said(text)
    with contextlib.suppress(WizardError):
        patch(text, None, OURS)
    with contextlib.suppress(WizardError):
        unpatch(text)


@bounded
@given(mangled(CONFIG))
def test_what_is_put_into_it_is_found_in_it(text: str) -> None:
    try:
        patched = patch(text, None, OURS)
    except WizardError:
        return
    assert current_connection(patched) == OURS
    assert patch(patched, None, OURS) == patched


@bounded
@given(texts | json_values.map(json.dumps) | mangled('warn {x} {"Version": "1", "Plugins": []}'))
@example('{"a":' * LONG)
@example("[" * LONG)
def test_what_the_cli_says(text: str) -> None:
    Version.parse(text)
    with contextlib.suppress(WizardError):
        assert parse_status(text).version


@bounded
@given(texts)
def test_an_address(text: str) -> None:
    for url in (text, f"https://{text}", f"https://x:{text}"):
        with contextlib.suppress(WizardError):
            address(url)


@bounded
@given(st.binary(max_size=80) | json_values.map(lambda it: json.dumps(it).encode()))
def test_a_line_of_the_docker_engine(line: bytes) -> None:
    for each in (line, b"[" * 20_000, b'{"a":' * 20_000):
        with contextlib.suppress(EngineRefusedError):
            record = record_of(each)
            Layers(lambda _: None, pushing=False).take(record)
            _digest_in(record)


RECORDS = st.fixed_dictionaries(
    {},
    optional={
        name: json_values | st.sampled_from(["abc", "Downloading", "Pushed", "Already exists"])
        for name in ("id", "status", "progressDetail", "aux")
    }
    | {"progressDetail": st.fixed_dictionaries({"current": json_values, "total": json_values})},
)


@bounded
@given(RECORDS)
def test_a_record_of_the_docker_engine(record: dict[str, Any]) -> None:
    for pushing in (False, True):
        Layers(lambda _: None, pushing=pushing).take(record_of(json.dumps(record).encode()))
    _digest_in(record_of(json.dumps(record).encode()))


@bounded
@given(texts, texts)
def test_the_names_of_images_and_what_is_said_of_them(words: str, image: str) -> None:
    for check in (source_problem, split_reference, registry_of, may_pass):
        check(image)
    for stage in Stage:
        assert refusal(words, stage, image).what


@bounded
@given(texts, texts, texts, st.integers(100, 600))
def test_what_aws_refuses_with(code: str, message: str, operation: str, status: int) -> None:
    error = AwsError("rds", operation, code, message, code, status)
    assert explain(error, message).what
    assert explain(AwsError(code, operation, "AccessDenied", message), "x").why


@bounded
@given(st.lists(texts | json_values | mangled(PRODUCT), max_size=4))
def test_the_price_list(products: list[Any]) -> None:
    prices = refresh(lambda *_: {"PriceList": products}, "eu-west-1")
    assert all(price.amount >= 0 for price in prices.units.values())


def test_bash_reads_what_was_meant() -> None:
    meant = [text for text in NASTY if "\x00" not in text and "\ud800" not in text]
    lines = [f"printf '%s\\0' {word(text)}" for text in meant]
    for text in meant:
        begin, rest = here_document(text)
        lines += [*comment(text), f"cat {begin}", *rest, "printf '\\0'"]
    end = subprocess.run(["bash"], input="\n".join(lines).encode(), capture_output=True, check=True)
    assert end.stderr == b""
    said = end.stdout.decode().split("\0")[:-1]
    assert said[: len(meant)] == meant
    assert said[len(meant) :] == [text if text.endswith("\n") else text + "\n" for text in meant]


@bounded
@given(texts)
def test_a_text_in_pkl_is_the_text(text: str) -> None:
    with contextlib.suppress(WizardError, ValueError):
        written = pkl_string(text)
        config = f'amends "formae:/Config.pkl"\ncli {{ api {{ url = {written} port = 1 }} }}\n'
        found = current_connection(config)
        assert found is None or found.url == text
