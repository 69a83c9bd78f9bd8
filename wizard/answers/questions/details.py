"""Questions most people never need to look at."""

from __future__ import annotations

from wizard.answers import checks
from wizard.answers.parsing import TAGS, YES_NO, written
from wizard.answers.questions.question import (
    Detected,
    Group,
    Question,
    QuestionKind,
    Record,
    Tag,
    Values,
    chosen_host,
    express_database,
    fixed,
    new_database,
)
from wizard.base.names import DEFAULT_NAME
from wizard.base.offer import offer
from wizard.local.formae.cli import AUTH, Version
from wizard.local.image import names as image_names

DATA_API = Version("0.81.0", (0, 81, 0))
"""The first formae whose agent keeps its state through the RDS Data API."""


def _version_default(_: Values, detected: Detected) -> tuple[str, str]:
    if detected.formae_version:
        return detected.formae_version, "the version of your formae CLI; both must be the same"
    known = detected.newest or image_names.RELEASE
    by = detected.newest_by or image_names.RELEASE_BY
    return known, f"the newest release {by}; no formae CLI was found"


def _activate_default(values: Values, detected: Detected) -> tuple[str, str]:
    own = values.get("name", DEFAULT_NAME)
    if detected.active_profile not in {"", own}:
        return "yes", (
            "so that formae uses the new agent; the active profile is now "
            f"{detected.active_profile}"
        )
    return "yes", "so that formae uses the new agent"


def _version_problem(text: str, values: Values) -> str | None:
    problem = image_names.tag_problem(text)
    if problem:
        return problem
    if text == "latest":
        return "“latest” says no version, and the CLI must be of the very same; give the number."
    version = Version.parse(text)
    if version is None:
        return None  # a tag of one's own mirror
    if version < DATA_API:
        return f"The agent supports the RDS Data API since version {DATA_API}; {text} is older."
    if version < AUTH and (values.get("protect") or values.get("hide_itself")):
        return f"Passwords and discovery filters need formae {AUTH} or later; {text} is older."
    return None


def _pulls_anywhere(values: Values) -> bool:
    return offer(chosen_host(values)).pulls_anywhere


def _major(version: str) -> str:
    """The major version; AWS moves minor ones by itself."""
    return version.partition(".")[0]


DETAILS: tuple[Question, ...] = (
    Question(
        key="name",
        group=Group.ADVANCED,
        ask="Deployment name",
        why="All AWS resource names start with it; a second deployment needs a different name.",
        default=fixed(DEFAULT_NAME, "gives the same names as formae's walkthrough"),
        check=lambda value, values, _: checks.deployment_name(value, chosen_host(values)),
        metavar="NAME",
        label="Name",
        read=lambda there: there.name or None,
    ),
    Question(
        key="adopt",
        group=Group.ADVANCED,
        ask="Take over existing resources with these names",
        why="Resources created by hand, for example with formae's walkthrough, get the wizard's "
        "tag and are changed to match, as if the wizard had created them.",
        default=fixed("no", "the wizard leaves alone what it did not create"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
    ),
    Question(
        key="wake",
        group=Group.ADVANCED,
        ask="Start a stopped database, resume a paused service",
        why="A stopped database and a paused service cost less, but cannot be changed until they "
        "run again.",
        default=fixed("no", "someone stopped it, perhaps for a reason"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        quiet=True,
        label="Start and resume",
    ),
    Question(
        key="put_back",
        group=Group.ADVANCED,
        ask="Replace an unreadable agent config",
        why="If someone edited the agent's config so that it is no longer valid Pkl, the wizard "
        "replaces it; the edited one remains as the secret's previous version.",
        default=fixed("no", "the wizard does not overwrite edits without asking"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        quiet=True,
        label="Replace config",
    ),
    Question(
        key="hide_itself",
        group=Group.ADVANCED,
        ask="Hide the agent's own resources from discovery",
        why="Otherwise formae lists its own database and roles as unmanaged resources.",
        default=fixed("yes", "resources tagged app=formae-agent are managed by this wizard"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        label="Hide itself",
        row_after="tags",
        record=Record(tag=Tag.ACCESS),
        read=lambda there: written(there.config.hides) if there.config else None,
    ),
    Question(
        key="image_version",
        group=Group.ADVANCED,
        ask="formae version",
        why="The agent's version. The CLI only works with an agent of its own version.",
        default=_version_default,
        check=lambda value, values, _: _version_problem(value, values),
        metavar="VERSION",
        label="formae version",
        record=Record(tag=Tag.VERSION),
        read=lambda there: there.image_tag or None,
    ),
    Question(
        key="copy_image",
        group=Group.ADVANCED,
        ask="Copy the image to your own ECR repository",
        why="The agent can then be started again even when the image's own registry cannot be "
        "reached. It costs what ECR charges for about 1 GB.",
        default=fixed("no", "AWS pulls it from where it is published"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        when=_pulls_anywhere,
        label="Copy in ECR",
        before="no",
        read=lambda there: None if there.copied is None else written(there.copied),
    ),
    Question(
        key="image_source",
        group=Group.ADVANCED,
        ask="Image repository to copy from",
        why="A mirror of formae's public image, in case the public one cannot be reached.",
        default=fixed(image_names.FORMAE_IMAGE, "formae's public image"),
        check=lambda value, _, __: image_names.source_problem(value),
        metavar="REPOSITORY",
        label="Image from",
        here=True,
    ),
    Question(
        key="through_docker",
        group=Group.ADVANCED,
        ask="Copy the image through the Docker engine",
        why="Otherwise the image goes directly from its registry to ECR, without Docker; the "
        "engine is only used if it alone has the image or reaches the registry.",
        default=fixed("no", "directly is faster, and stores nothing on this machine"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        quiet=True,
        label="Through Docker",
        before="no",
        row_after="image_source",
        here=True,
    ),
    Question(
        key="replace_image",
        group=Group.ADVANCED,
        ask="Replace another image with this version's tag",
        why="If ECR has another image with the tag than the source, the source's is pushed again, "
        "and used from the next deployment. On ECS, the agent changes to the source's image.",
        default=fixed("no", "the wizard does not overwrite an image without asking"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        quiet=True,
        label="Replace image",
        before="no",
    ),
    Question(
        key="engine_version",
        group=Group.ADVANCED,
        ask="Aurora PostgreSQL version",
        why="For a major version, AWS's currently recommended minor version is used.",
        default=fixed("16", "same major version as the walkthrough; AWS has withdrawn 16.4"),
        check=lambda value, _, __: checks.engine_version(value),
        when=lambda values: (
            new_database(values) and not express_database(values) and not values.get("snapshot")
        ),
        metavar="VERSION",
        label="PostgreSQL",
        record=Record(tag=Tag.VERSION),
        read=lambda there: (
            None if there.express or there.restored_from else _major(there.engine) or None
        ),
        same=lambda one, other: _major(one) == _major(other),
    ),
    Question(
        key="database_name",
        group=Group.ADVANCED,
        ask="Database name",
        why="The PostgreSQL database in the cluster.",
        default=fixed("formae", "as in the walkthrough"),
        check=lambda value, _, __: checks.database_name(value),
        metavar="NAME",
        label="Database name",
        record=Record(tag=Tag.DATABASE),
        read=lambda there: (there.config and there.config.database) or None,
    ),
    Question(
        key="tags",
        group=Group.ADVANCED,
        ask="Additional tags",
        why="Added to every resource, as key=value, separated by commas. app=formae-agent is "
        "always added.",
        default=fixed("", ""),
        shape=TAGS,
        check=lambda value, _, __: checks.tags(value),
        metavar="KEY=VALUE,…",
        label="Additional tags",
        read=lambda there: there.tags,
    ),
    Question(
        key="client_config",
        group=Group.ADVANCED,
        ask="Write the formae CLI's config on this machine",
        why=(
            "Lets formae on this machine use the new agent. Existing settings are kept and backed "
            "up."
        ),
        default=fixed("yes", "so that formae works right away"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        label="Write CLI config",
        here=True,
    ),
    Question(
        key="activate_profile",
        group=Group.ADVANCED,
        ask="Make it the CLI's active profile",
        why="If the CLI keeps profiles, it reads only the active one.",
        default=_activate_default,
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        when=lambda values: bool(values.get("client_config", True)),
        label="CLI profile",
        here=True,
    ),
    Question(
        key="keychain",
        group=Group.ADVANCED,
        ask="Also keep the API password in this machine's keychain",
        why="As “formae-wizard”, in addition to the secret in AWS. A password in the keychain is "
        "used if AWS has none yet.",
        default=fixed("no", "the secret in AWS is enough"),
        kind=QuestionKind.YES_NO,
        shape=YES_NO,
        when=lambda values: bool(values.get("protect", True)),
        label="Keychain",
        here=True,
    ),
)
