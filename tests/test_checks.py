"""What is impossible is refused, with what would be right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpus import ACCOUNT, CLUSTER, REGION, SECRET
from wizard.answers import checks


@pytest.mark.parametrize(
    ("check", "fine"),
    [
        (checks.region, "eu-west-1"),
        (checks.region, "xx-new-3"),
        (checks.deployment_name, "formae"),
        (checks.deployment_name, "a" * 26),
        (checks.min_capacity, 0.5),
        (checks.min_capacity, 256.0),
        (checks.engine_version, "16"),
        (checks.engine_version, "16.10"),
        (checks.database_name, "Formae_2"),
        (checks.api_user, "ops@example.org"),
        (checks.api_password, "correct horse battery"),
    ],
)
def test_possible_values_pass(check: Callable[[object], str | None], fine: object) -> None:
    assert check(fine) is None


@pytest.mark.parametrize(
    ("check", "wrong", "said"),
    [
        (checks.region, "cn-north-1", "eu-west-1"),
        (checks.region, "mars-1", "not the name"),
        (checks.deployment_name, "Formae", "lowercase"),
        (checks.deployment_name, "a--b", "single hyphens"),
        (checks.deployment_name, "a", "two characters"),
        (checks.deployment_name, "a" * 27, "maximum is 26"),
        (checks.deployment_name, "$(reboot)", "lowercase"),
        (checks.min_capacity, 0.0, "0.5 or more"),
        (checks.min_capacity, 0.7, "multiple of 0.5"),
        (checks.min_capacity, 300.0, "256"),
        (checks.engine_version, "12", "13 to 17"),
        (checks.engine_version, "15.2", "15.3 or later"),
        (checks.engine_version, "latest", "major version"),
        (checks.database_name, "1st", "starts with a letter"),
        (checks.api_user, "a:b", "colon"),
        (checks.api_password, "short", "at least 12"),
        (checks.api_password, "é" * 40, "72"),
        (checks.policy_text, "{", "not valid JSON"),
        (checks.policy_text, "[]", "Statement"),
        (checks.policy_text, '{"Statement":[{"Effect":"Allow"}]}', "Action"),
        (
            checks.policy_text,
            '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}',
            "Principal",
        ),
        (
            checks.policy_text,
            '{"Statement":[{"Effect":"Allow","Action":"s3:' + "x" * 7000 + '","Resource":"*"}]}',
            "6144",
        ),
    ],
)
def test_impossible_values_are_refused(
    check: Callable[[object], str | None], wrong: object, said: str
) -> None:
    message = check(wrong)
    assert message is not None
    assert said in message


@pytest.mark.parametrize(
    ("cpu", "memory", "said"),
    [
        (1024, 2048, None),
        (2048, 6144, None),
        (1024, 1024, "at least 2 GB"),
        (512, 1024, "Choose 1, 2 or 4 vCPU"),
        (1024, 8192, "2 GB, 3 GB, 4 GB"),
        (4096, 2048, "8 GB"),
        (777, 2048, "Choose 1, 2 or 4 vCPU"),
    ],
)
def test_only_legal_pairs_of_cpu_and_memory(cpu: int, memory: int, said: str | None) -> None:
    message = checks.memory(memory, cpu)
    assert (message is None) if said is None else (message is not None and said in message)


@pytest.mark.parametrize(
    ("arn", "said"),
    [
        (CLUSTER, None),
        ("formae-db", "Example: arn"),
        (CLUSTER.replace("cluster:", "db:"), "Example: arn"),
        (CLUSTER.replace(REGION, "us-east-1"), "only use one in its own region"),
        (CLUSTER.replace(ACCOUNT, "999999999999"), "account 999999999999"),
    ],
)
def test_cluster_arns(arn: str, said: str | None) -> None:
    message = checks.cluster_arn(arn, REGION, ACCOUNT)
    assert (message is None) if said is None else (message is not None and said in message)


def test_a_secret_arn_without_its_suffix_is_refused() -> None:
    assert checks.secret_arn(SECRET, REGION, ACCOUNT) is None
    message = checks.secret_arn(SECRET.removesuffix("-AbC123"), REGION, ACCOUNT)
    assert message is not None
    assert "six characters" in message


def test_policy_arns_of_other_accounts_are_refused() -> None:
    assert checks.policy_arns(("arn:aws:iam::aws:policy/ReadOnlyAccess",), ACCOUNT) is None
    foreign = checks.policy_arns(("arn:aws:iam::999999999999:policy/x",), ACCOUNT)
    assert foreign is not None
    assert "999999999999" in foreign
    assert checks.policy_arns((), ACCOUNT) is not None
    assert checks.policy_arns(("arn:aws:iam::aws:policy/a",) * 11, ACCOUNT) is not None


def test_an_unreadable_policy_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in (checks.policy_file(str(tmp_path / "none.json")) or "")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8 text" in (checks.policy_file(str(binary)) or "")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ((("team", "a"),), None),
        ((("app", "mine"),), "wizard itself sets"),
        ((("aws:x", "1"),), "tag key"),
        ((("a", "1"), ("a", "2")), "twice"),
        ((("a", "\n"),), "rejects"),
        (tuple((f"k{n}", "") for n in range(41)), "too many"),
    ],
)
def test_tags(pairs: tuple[tuple[str, str], ...], said: str | None) -> None:
    message = checks.tags(pairs)
    assert (message is None) if said is None else (message is not None and said in message)
