"""Holes are filled once, by literals of the document's language."""

import json

from wizard.base.values import Ref, Template, Text, fill, refs


def test_a_value_that_looks_like_a_hole_stays_a_value() -> None:
    template = Template("pkl", 'a = "${a}"\nb = "${b}"\n', {})
    assert fill(template, {"a": "${b}", "b": "secret"}) == 'a = "${b}"\nb = "secret"\n'


def test_json_leaves_take_any_type() -> None:
    template = Template("json", '{"a": "${a}", "b": ["${b}", "x"]}', {})
    filled = json.loads(fill(template, {"a": ['"', "\\"], "b": 'q"uote'}))
    assert filled == {"a": ['"', "\\"], "b": ['q"uote', "x"]}


def test_references_are_found_wherever_they_hide() -> None:
    hidden = {"x": [Text(("a", Ref("s", "o"))), Template("pkl", "", {"h": Ref("t", "p")})]}
    assert refs(hidden) == {Ref("s", "o"), Ref("t", "p")}


def test_a_leaf_that_is_no_hole_stays_as_it_is() -> None:
    template = Template("json", '{"a": "${a}", "b": "${aws:username}", "c": "${c}"}', {})
    filled = json.loads(fill(template, {"a": "x"}))
    assert filled == {"a": "x", "b": "${aws:username}", "c": "${c}"}
