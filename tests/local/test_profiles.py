"""Profiles as AWS's own files say them: kinds, regions, ends; the same names as boto3 sees."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.standin import REGION
from tests.support.tiers import unsampled_tier
from wizard.answers.detect import detect
from wizard.engine.flow import Flow
from wizard.local.profiles import Profile, SignInKind, profile, profiles, region

CONFIG = """
[default]
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1

[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Admin
region = us-east-1
s3 =
  max_concurrent_requests = 5

[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 222222222222
sso_role_name = Reader

[profile deploy]
role_arn = arn:aws:iam::333333333333:role/deploy
source_profile = dev
mfa_serial = arn:aws:iam::333333333333:mfa/ada

[profile box]
role_arn = arn:aws:iam::333333333333:role/box
credential_source = Ec2InstanceMetadata

[profile loop]
role_arn = arn:aws:iam::333333333333:role/loop
source_profile = loop

[profile ci]
role_arn = arn:aws:iam::333333333333:role/ci
web_identity_token_file = /tmp/token

[profile vault]
credential_process = /opt/vault --secret geheim

[profile "my own"]
login_session = arn:aws:iam::444444444444:user/ada

[services elsewhere]
s3 =
  endpoint_url = http://127.0.0.1

[preview]
cloudfront = true
"""
CREDENTIALS = """
[default]
aws_access_key_id = AKIADEFAULT00000ABCD
aws_secret_access_key = geheim

[temporary]
aws_access_key_id = ASIATEMPORARY000WXYZ
aws_secret_access_key = geheim
aws_session_token = geheim
"""


@pytest.fixture
def files(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both files; the config where AWS_CONFIG_FILE says, the credentials in the usual place."""
    (home / ".aws").mkdir()
    (home / "aws.ini").write_text(CONFIG)
    (home / ".aws" / "credentials").write_text(CREDENTIALS)
    monkeypatch.setenv("AWS_CONFIG_FILE", "~/aws.ini")
    return home


def cached(home: Path, kind: str, key: str, **token: object) -> None:
    """A sign-in as AWS's own command keeps it."""
    digest = hashlib.sha1 if kind == "sso" else hashlib.sha256
    path = home / ".aws" / kind / "cache" / f"{digest(key.encode()).hexdigest()}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"accessToken": "geheim", **token}))


def at(**later: float) -> str:
    return f"{datetime.now(UTC) + timedelta(**later):%Y-%m-%dT%H:%M:%SZ}"


def named(name: str) -> Profile:
    found = profile(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "kind", "where", "detail"),
    [
        ("default", SignInKind.KEYS, "eu-west-1", "…ABCD"),
        ("dev", SignInKind.SSO, "us-east-1", "111111111111 Admin"),
        ("old", SignInKind.SSO, "", "222222222222 Reader"),
        (
            "deploy",
            SignInKind.ROLE,
            "",
            "arn:aws:iam::333333333333:role/deploy with MFA from dev",
        ),
        ("box", SignInKind.ROLE, "", "arn:aws:iam::333333333333:role/box from Ec2InstanceMetadata"),
        ("loop", SignInKind.ROLE, "", "arn:aws:iam::333333333333:role/loop from loop"),
        ("ci", SignInKind.WEB_IDENTITY, "", "arn:aws:iam::333333333333:role/ci"),
        ("vault", SignInKind.PROCESS, "", "/opt/vault"),
        ("my own", SignInKind.LOGIN, "", "arn:aws:iam::444444444444:user/ada"),
        ("temporary", SignInKind.KEYS, "", "temporary …WXYZ"),
    ],
)
def test_kinds(files: Path, name: str, kind: SignInKind, where: str, detail: str) -> None:
    found = {each.name: each for each in profiles()}[name]
    assert (found.kind, found.region, found.detail) == (kind, where, detail)
    assert named(name) == found


def test_nothing_secret_is_kept(files: Path) -> None:
    assert "geheim" not in repr(profiles())


def test_the_same_profiles_as_boto3(files: Path) -> None:
    import boto3

    session = boto3.Session()
    found = [each.name for each in profiles()]
    assert set(found) == set(session.available_profiles)
    for name in found:
        assert region(name)[0] == (boto3.Session(profile_name=name).region_name or "")


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("default", "shared-credentials-file"),
        ("dev", "sso"),
        ("ci", "assume-role-with-web-identity"),
        ("vault", "custom-process"),
        ("temporary", "shared-credentials-file"),
    ],
)
def test_the_kind_is_how_boto3_signs_in(files: Path, name: str, method: str) -> None:
    import boto3
    from botocore.exceptions import BotoCoreError

    (files / "aws.ini").write_text(CONFIG.replace("/opt/vault --secret geheim", "/bin/false"))
    try:
        found = boto3.Session(profile_name=name).get_credentials().method
    except BotoCoreError as error:
        found = str(error)
    assert method in found


@pytest.mark.parametrize(
    ("token", "expires", "expired"),
    [
        ({"expiresAt": at(hours=2)}, True, False),
        ({"expiresAt": at(hours=-2)}, True, True),
        ({"expiresAt": at(hours=-2).replace("Z", "UTC")}, True, True),
        (
            {
                "expiresAt": at(hours=-2),
                "refreshToken": "geheim",
                "registrationExpiresAt": at(days=9),
            },
            False,
            False,
        ),
        (
            {
                "expiresAt": at(hours=-2),
                "refreshToken": "geheim",
                "registrationExpiresAt": at(days=-9),
            },
            True,
            True,
        ),
        (None, False, True),
        ({"expiresAt": "nonsense"}, False, False),
    ],
    ids=["valid", "over", "older-form", "renews", "renews-no-more", "never", "unreadable"],
)
def test_the_end_of_an_sso_sign_in(
    files: Path, token: dict[str, object] | None, expires: bool, expired: bool
) -> None:
    if token is not None:
        cached(files, "sso", "corp", **token)
        cached(files, "sso", "https://old.awsapps.com/start", **token)
    for name, source in (("dev", "dev"), ("old", "old"), ("deploy", "dev")):
        found = named(name)
        assert (found.expires is not None, found.expired) == (expires, expired)
        assert f"`aws sso login --profile {source}`" in found.renewal


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"accessToken": ""}'])
def test_a_broken_cache_is_no_sign_in(files: Path, broken: str) -> None:
    cached(files, "sso", "corp")
    (path,) = (files / ".aws" / "sso" / "cache").iterdir()
    path.write_text(broken)
    assert named("dev").expired


def test_an_aws_login_renews_itself(files: Path) -> None:
    assert named("my own").expired
    session = "arn:aws:iam::444444444444:user/ada"
    inner = {"accessKeyId": "ASIA", "expiresAt": at(minutes=-5)}
    cached(files, "login", session, accessToken=inner, refreshToken="geheim")
    found = named("my own")
    assert (found.expires, found.expired) == (None, False)
    assert found.renewal == "Sign in again with `aws login --profile 'my own'`."


def test_the_environment_comes_first(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert profiles()[0].name == "default"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAENVIRONMENT0QRST")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "geheim")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", at(minutes=20))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    first = profiles()[0]
    assert (first.name, first.kind, first.region) == ("", SignInKind.ENVIRONMENT, "eu-west-2")
    assert first.detail == "AWS_ACCESS_KEY_ID …QRST"
    assert first.expires is not None
    assert not first.expired
    assert profile() == first
    assert named("dev").kind is SignInKind.SSO


@pytest.mark.parametrize(
    ("chosen", "variable", "meant"),
    [("", "", "default"), ("", "dev", "dev"), ("old", "dev", "old")],
)
def test_which_profile_is_meant(
    files: Path, monkeypatch: pytest.MonkeyPatch, chosen: str, variable: str, meant: str
) -> None:
    if variable:
        monkeypatch.setenv("AWS_PROFILE", variable)
    assert named(chosen).name == meant
    assert region(chosen)[1] == meant


def test_the_region_and_its_reason(files: Path) -> None:
    found = detect("dev")
    assert (found.region, found.region_reason) == (
        "us-east-1",
        "the region of your AWS profile dev",
    )
    assert detect("old").region == ""


@pytest.mark.parametrize("text", ["", "no section\n", "[profile]\nx=1\n", "[profile a b c]\nx=1\n"])
def test_odd_files_are_no_accident(home: Path, text: str) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(text)
    (home / ".aws" / "credentials").write_bytes(b"\xff\xfe")
    assert profiles() == []
    assert profile("nope") is None


def test_a_profile_of_settings_only(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[profile plain]\nregion = eu-west-3\n")
    assert named("plain") == Profile("plain", SignInKind.SETTINGS, "eu-west-3")


@unsampled_tier
def test_thousands_of_profiles_are_there_at_once(home: Path) -> None:
    (home / ".aws").mkdir()
    rows = (
        f"[profile p{number}]\nsso_session = corp\nsso_account_id = {number:012}\n"
        "sso_role_name = Admin\nregion = eu-west-1\noutput = json\n"
        for number in range(5000)
    )
    text = "[sso-session corp]\nsso_start_url = https://corp\n" + "".join(rows)
    (home / ".aws" / "config").write_text(text)
    cached(home, "sso", "corp", expiresAt=at(hours=1))
    found = profiles()
    assert len(found) == 5000
    assert {(each.kind, each.expired) for each in found} == {(SignInKind.SSO, False)}


def test_who_is_signed_in_says_until_when(standin: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Flow().sign_in("", REGION).expires is None
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", ends.isoformat())
    assert Flow().sign_in("", REGION).expires == ends
