"""What the script's helpers do where the person's machine or AWS is not as in a quiet run."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.export.texts import NAMES, files, given, text
from tests.parity.worlds import environment
from tests.support import made
from tests.support.parts import need
from wizard.export.bash import script
from wizard.export.bash.quoting import helpers, piece, word
from wizard.export.bash.steps import one_a_line

if TYPE_CHECKING:
    from wizard.standin.server import StandIn

SECTION = "# ---- Account"
"""What stands before it is set-up and helpers only."""
DENIED = (
    "An error occurred (AccessDeniedException) when calling the DescribeThing operation: "
    "User: arn:aws:sts::123456789012:assumed-role/an-admin/me is not authorized in eu-west-1"
)


def bash(lines: str, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run these lines behind the helpers of the script of the default answers."""
    file = folder / "lines.sh"
    file.write_text(f"{text('defaults').partition(SECTION)[0]}{lines}\n", "utf-8")
    return subprocess.run(
        [need("bash", package="bash"), str(file)],
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


def waits() -> list[str]:
    """The first four words of every wait on AWS in the corpus: minutes, wanted, ends, not yet."""
    found = set()
    for name in NAMES:
        unfolded = text(name).replace("\\\n", " ")
        for line in re.findall(r"^wait_for (.*)$", unfolded, re.MULTILINE):
            found.add(shlex.join(shlex.split(line)[:4]))
    return sorted(found)


@pytest.mark.parametrize("words", waits())
def test_a_refusal_ends_every_wait(words: str, tmp_path: Path) -> None:
    refused = f"refused() {{ echo {shlex.quote(DENIED)} >&2; return 254; }}; sleep() {{ exit 9; }}"
    end = bash(f"PASS=make; {refused}\nwait_for {words} refused || exit 7", tmp_path)
    assert end.returncode == 7, end.stderr


def test_there_are_waits() -> None:
    assert len(waits()) >= 3


@pytest.mark.parametrize("name", ["password", "bcrypt"])
def test_a_variable_of_that_name_does_not_take_a_secrets_place(name: str, tmp_path: Path) -> None:
    lines = f"printf %s right >\"$WORK/{name}\"; AN_ARN=arn\nfill AN_ARN {name} <<'END'\n"
    end = bash(f"{lines}${{AN_ARN}} ${{{name}}}\nEND", tmp_path, **{name: "wrong"})
    assert end.stdout == "arn right\n", end.stderr


def test_a_service_that_cannot_be_read_is_no_service_that_differs(tmp_path: Path) -> None:
    refused = f"refused() {{ echo {shlex.quote(DENIED)} >&2; return 254; }}"
    end = bash(
        f'{refused}\necho \'{{"Cpu": "1024"}}\' >"$WORK/a"; holds "$WORK/a" refused', tmp_path
    )
    assert end.returncode == 3
    assert "AccessDeniedException" in end.stderr
    assert "not the wizard's" not in end.stderr


def test_the_profile_goes_before_keys_in_the_environment(
    standin: "StandIn", home: Path, tmp_path: Path
) -> None:
    key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    (home / ".aws").mkdir(exist_ok=True)
    (home / ".aws" / "credentials").write_text(
        f"[my work]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    )
    answers = {**given("defaults"), "profile": "my work"}
    whole = script(made.plan(answers), made.answers(answers))
    file = tmp_path / "deploy.sh"
    file.write_text(f"{whole.partition(SECTION)[0]}aws sts get-caller-identity\n", "utf-8")
    before = len(standin.calls)
    subprocess.run(
        [need("bash", package="bash"), str(file)],
        env={**os.environ, **environment(), "AWS_ACCESS_KEY_ID": "AKIAOTHERACCOUNTSKEY"},
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
    )
    (call,) = standin.calls[before:]
    assert call.access_key == key


def test_words_of_a_document_bring_no_helper() -> None:
    body = ["fill A >x <<'END'", "gone check same", "END", "say done"]
    assert not any(line.startswith(("gone()", "check()", "same()")) for line in helpers(body))
    assert any(line.startswith("fill()") for line in helpers(body))


EVIL = ("it's $(touch evil) `touch evil`", 'a "b" \\ c', "$HOME \\$HOME", "a\nb  c", "'", "\\ \\")


@pytest.mark.parametrize("evil", EVIL)
def test_a_long_value_reaches_the_command_as_it_is(evil: str, tmp_path: Path) -> None:
    values = [evil, f"{'x' * 140} {evil} {'y' * 140}", f"{evil} " * 30]
    flags = [*(f"--d {word(each)}" for each in values), f"--e {' '.join(map(word, values))}"]
    end = bash("\n".join(one_a_line("printf '%s\\0'", ["first", *flags])), tmp_path)
    assert end.stdout.split("\0")[1:-1] == [
        *(text for each in values for text in ("--d", each)),
        "--e",
        *values,
    ]
    assert not list(tmp_path.glob("evil"))


def configured(config: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run what writes the formae CLI's config, into this folder."""
    lines = "\n".join(piece("client", profile="formae", file="new"))
    made = f'PASS=make; echo new >"$WORK/new"\n{lines}\nsay went on'
    return bash(made, folder, HOME=str(folder), FORMAE_CONFIG_DIR=str(config))


def test_the_config_is_private_whatever_an_earlier_run_left(tmp_path: Path) -> None:
    config = tmp_path / "formae"
    config.mkdir()
    (config / "formae.conf.pkl.part").touch(0o644)
    end = configured(config, tmp_path)
    assert end.returncode == 0, end.stderr
    assert (config / "formae.conf.pkl").stat().st_mode & 0o777 == 0o600


def test_a_config_that_cannot_be_written_ends_the_script(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    end = configured(tmp_path / "in-the-way" / "formae", tmp_path)
    assert end.returncode != 0
    assert "went on" not in end.stdout


def test_a_script_with_documents_finds_them_whatever_cdpath_says(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "out").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (line,) = [each for each in files("defaults")["deploy.sh"].splitlines() if "HERE=" in each]
    (tmp_path / "out" / "deploy.sh").write_text(f'{line}\nprintf %s "$HERE"\n')
    end = subprocess.run(
        [need("bash", package="bash"), "out/deploy.sh"],
        cwd=tmp_path,
        env={**os.environ, "CDPATH": str(tmp_path / "elsewhere")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert end.stdout == str(tmp_path / "out")
