"""Names of images that may be asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.local.image.names import (
    FORMAE_IMAGE,
    registry_of,
    source_problem,
    split_reference,
    tag_problem,
)


@pytest.mark.parametrize(
    ("reference", "parts", "registry"),
    [
        (f"{FORMAE_IMAGE}:0.88.1", (FORMAE_IMAGE, "0.88.1"), "ghcr.io"),
        ("127.0.0.1:5000/a/b:1", ("127.0.0.1:5000/a/b", "1"), "127.0.0.1:5000"),
        ("127.0.0.1:5000/a/b", ("127.0.0.1:5000/a/b", ""), "127.0.0.1:5000"),
        ("ghcr.io/a:1", ("ghcr.io/a", "1"), "ghcr.io"),
        ("localhost/a:1", ("localhost/a", "1"), "localhost"),
        ("team/a:1", ("team/a", "1"), "docker.io"),
        ("a", ("a", ""), "docker.io"),
        ("a:1", ("a", "1"), "docker.io"),
    ],
)
def test_references_come_apart(reference: str, parts: tuple[str, str], registry: str) -> None:
    assert split_reference(reference) == parts
    assert registry_of(reference) == registry


@pytest.mark.parametrize(
    "name",
    [FORMAE_IMAGE, "formae", "team/formae", "localhost:5000/x", "registry.example.com:443/a/b__c"],
)
def test_sources_that_may_be_copied(name: str) -> None:
    assert source_problem(name) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Enter the image's name"),
        ("https://ghcr.io/a", "https://"),
        ("ghcr.io/a:1", "Leave out the tag"),
        ("a:1", "Leave out the tag"),
        ("ghcr.io/a@sha256:0", "Leave out the digest"),
        ("ghcr.io/A", "lowercase"),
        ("ghcr.io/a/", "lowercase"),
        ("ghcr.io/a b", "lowercase"),
        ("bad_host.io/a", "not a registry name"),
        ("a" * 256, "255"),
    ],
)
def test_sources_that_may_not(name: str, said: str) -> None:
    assert said in (source_problem(name) or "")


@pytest.mark.parametrize("tag", ["0.88.1", "0.88.1-dev.3", "latest", "_x", "A", "a" * 128])
def test_tags_that_may_be(tag: str) -> None:
    assert tag_problem(tag) is None


@pytest.mark.parametrize("tag", ["", ".a", "-a", "a b", "a/b", "a:b", "a" * 129, "ä", "a\n", "a+b"])
def test_tags_that_may_not(tag: str) -> None:
    assert tag_problem(tag)


@given(st.text())
def test_every_problem_is_a_sentence(text: str) -> None:
    for check in (source_problem, tag_problem):
        problem = check(text)
        assert problem is None or problem.endswith(".")


@given(st.from_regex(r"[a-z0-9]{1,9}(/[a-z0-9]{1,9}){0,3}", fullmatch=True))
def test_what_is_taken_comes_apart_again(name: str) -> None:
    if source_problem(name) is None:
        assert split_reference(f"{name}:1.2.3") == (name, "1.2.3")
