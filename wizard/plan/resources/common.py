"""What several resources need: tags, likely ARNs, the look for secrets, and the account's step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from wizard.answers.model import Answers
from wizard.answers.record import TAGS_RECORD, tag_marks
from wizard.base.names import RECORD_PREFIX, TAG_KEY, TAG_VALUE, Names
from wizard.base.offer import Offer, offer
from wizard.base.values import Found, Value
from wizard.plan.charges import Charge, Item, fixed
from wizard.plan.inputs import PlanInputs
from wizard.plan.model import (
    Call,
    DeleteSpec,
    Expectation,
    LookOnly,
    Lookup,
    Obstacle,
    Output,
    Refusal,
    RestoreSpec,
    Retry,
    Section,
    Step,
    Unmanaged,
)
from wizard.plan.page import secret_page

RECOVERY_DAYS = 7
"""How long a deleted secret can be brought back; AWS's shortest."""


@dataclass(frozen=True, slots=True)
class Site:
    """What every section is made from."""

    answers: Answers
    names: Names
    inputs: PlanInputs

    @property
    def offer(self) -> Offer:
        """Facts about where the agent will run."""
        return offer(self.answers.host)

    def tags(self, name: str) -> list[Value]:
        """The tags of a resource: ours, its name, the person's."""
        pairs = [(TAG_KEY, TAG_VALUE), ("Name", name), *self.answers.tags]
        return [{"Key": key, "Value": value} for key, value in pairs]

    def likely_arn(self, service: str, resource: str) -> str:
        """What an ARN will look like; `iam` has no region."""
        region = "" if service == "iam" else self.answers.region
        account = self.inputs.account or "<account-id>"
        return f"arn:aws:{service}:{region}:{account}:{resource}"


def owned(path: str) -> str:
    """JMESPath: the tag list at `path` has the wizard's tag."""
    return f"length(not_null({path}, `[]`)[?Key=='{TAG_KEY}' && Value=='{TAG_VALUE}']) > `0`"


def secret_look(secret: Value) -> Lookup:
    """Finds a secret, its tags and whether it is about to be deleted."""
    return Lookup(
        call=Call(
            service="secretsmanager", operation="DescribeSecret", params={"SecretId": secret}
        ),
        pick="@",
        absent=frozenset({"ResourceNotFoundException"}),
    )


def deleted_secret(name: str, region: str) -> Refusal:
    """A secret in its recovery window holds its name and cannot be read or written."""
    return Refusal(
        "DeletedDate != null",
        f"The secret {name} is scheduled for deletion and keeps its name until then.",
        f"Restore it with `aws secretsmanager restore-secret --secret-id {name} --region "
        f"{region}`, or choose another name for the deployment (--name).",
    )


def secret_back(site: Site, name: str, then: str, *more: Call) -> RestoreSpec:
    """A secret of ours in its recovery window is brought back; `more` calls put its text anew."""
    foreign = deleted_secret(name, site.answers.region)
    return RestoreSpec(
        when=foreign.path,
        state="scheduled for deletion",
        then=then,
        calls=(
            Call(
                service="secretsmanager",
                operation="RestoreSecret",
                params={"SecretId": Found("ARN")},
            ),
            *more,
        ),
        foreign=replace(
            foreign,
            what=f"{foreign.what} It does not have the tag {TAG_KEY}={TAG_VALUE}, so the wizard "
            "does not restore it.",
            fix=f"{foreign.fix} Or let the wizard take it over (--adopt yes): it restores the "
            "secret and adds the tag.",
        ),
        effect=(
            "A deleted secret keeps its name until its last day, so it is restored rather than "
            "created again."
        ),
    )


def secret_charge(title: str, holds: str, *, first: bool = False) -> Charge:
    """What a secret costs; all secrets are one line of the bill, which tells what each `holds`."""
    each = fixed("Secrets", Item.SECRET, Decimal(1), holds)
    return replace(each, words=title, first=first)


SECRET_FREED = Retry(
    pattern="^InvalidRequestException: .*scheduled for deletion",
    say="AWS is still deleting an earlier secret with this name",
    every=5,
    limit=300,
    of="CreateSecret",
)
"""A secret that was deleted without recovery holds its name for a moment more."""


def delete_secret() -> tuple[Call, ...]:
    """Away with the secret found, so that it can still be brought back for some days."""
    return (
        Call(
            service="secretsmanager",
            operation="DeleteSecret",
            params={"SecretId": Found("ARN"), "RecoveryWindowInDays": RECOVERY_DAYS},
        ),
    )


def secret_goes(name: str, region: str) -> DeleteSpec:
    """How a secret goes; one in its recovery window is shown until its last day."""
    here = f"--secret-id {name} --region {region}"
    copied = Obstacle(
        path="ReplicationStatus[].Region",
        what=f"The secret {name} is replicated to {{held}}.",
        fix=f"Remove the replicas with `aws secretsmanager remove-regions-from-replication {here} "
        "--remove-replica-regions {held}`, if nothing uses them.",
    )
    copy = Obstacle(
        path=f"PrimaryRegion && PrimaryRegion != '{region}' && PrimaryRegion",
        what=f"The secret {name} is a replica of the one in {{held}}.",
        fix=f"Make it independent with `aws secretsmanager stop-replication-to-replica {here}`.",
    )
    return DeleteSpec(
        gone="DeletedDate != null",
        status="DeletedDate && 'deleted'",
        obstacles=(copied, copy),
    )


def stored_secret(site: Site, name: str, then: str, *more: Call) -> dict[str, Any]:
    """What the steps of all secrets of ours have in common, as attributes of a `Step`.

    `then` and `more` are of `secret_back`, for one that is scheduled for deletion.
    """
    return {
        "restore": secret_back(site, name, then, *more),
        "retry": SECRET_FREED,
        "owned": owned("Tags"),
        "outputs": {
            "arn": Output("ARN", site.likely_arn("secretsmanager", f"secret:{name}-??????"))
        },
        "delete": delete_secret(),
        "delete_spec": secret_goes(name, site.answers.region),
        "page": secret_page(name),
    }


def another_password(site: Site, step_id: str, put: Call) -> tuple[Expectation, ...]:
    """That the secret of this step has another password than before the snapshot: `put` does it."""
    version = site.inputs.passwords_before.get(step_id)
    if not version:
        return ()
    stages = f'not_null(VersionIdsToStages."{version}", `[]`)'
    fit = Expectation(
        what="its password",
        path=f"(contains({stages}, 'AWSCURRENT') && 'as before the removal') || 'a new one'",
        want="a new one",
        update=put,
    )
    return (fit,)


def account(site: Site) -> Step:
    """The identity every other call is made with."""
    known = site.inputs.account
    another = Refusal(
        f"Account != '{known}'",
        f"You are signed in to a different AWS account than {known}, which this plan is for.",
        f"Sign in to {known}, or create a new plan.",
    )
    return Step(
        id="account",
        section=Section.ACCOUNT,
        title="Your AWS account",
        why="Shows which account the resources are created in; ARNs contain its ID.",
        make=LookOnly("AWS did not say who is signed in."),
        lookups=(
            Lookup(
                call=Call(service="sts", operation="GetCallerIdentity", params={}),
                pick="@",
            ),
        ),
        refusals=(another,) if known else (),
        outputs={"id": Output("Account", known or "<account-id>")},
        usual=(0, 1),
    )


@dataclass(frozen=True, slots=True)
class Tagging:
    """How a service calls what it does with tags."""

    service: str
    tag: str = "TagResource"
    untag: str = "UntagResource"
    tags: str = "Tags"
    keys: str = "TagKeys"
    small: bool = False
    """Whether it writes `key` and `value`."""
    keyed: bool = False
    """Whether tags are taken off by a list of objects with their keys."""

    def listed(self, tags: Sequence[Value]) -> list[Value]:
        """Tags as the service takes them."""
        if not self.small:
            return list(tags)
        return [
            {name.lower(): value for name, value in tag.items()}
            for tag in tags
            if isinstance(tag, Mapping)
        ]

    def named(self, keys: Sequence[str]) -> list[Value]:
        """Keys of tags as the service takes them to take tags off."""
        return [{"Key": key} for key in keys] if self.keyed else list(keys)

    @property
    def permission(self) -> str:
        """The IAM action with which a thing is made that has tags."""
        return f"{self.service}:{self.tag}"


SECRET = Tagging("secretsmanager")
DATABASE = Tagging("rds", "AddTagsToResource", "RemoveTagsFromResource")
REPOSITORY = Tagging("ecr", tags="tags", keys="tagKeys")
ROLE = Tagging("iam", "TagRole", "UntagRole")
POLICY = Tagging("iam", "TagPolicy", "UntagPolicy")
EC2 = Tagging("ec2", "CreateTags", "DeleteTags", keys="Tags", keyed=True)


def tagged(
    site: Site, name: str, how: Tagging, target: Mapping[str, Value], path: str = "Tags"
) -> tuple[Expectation, ...]:
    """The tags of the thing called `name`: `target` names it in a call, `path` is its tag list."""
    tags = site.tags(name)
    wanted = [tag for tag in tags if isinstance(tag, Mapping)]
    there = (
        f"length(not_null({path}, `[]`)[?Key=={_literal(tag['Key'])} && "
        f"Value=={_literal(tag['Value'])}])"
        for tag in wanted
    )
    fit = Expectation(
        what="its tags",
        path=f"[{', '.join(there)}]",
        want=[1] * len(wanted),
        update=Call(
            service=how.service, operation=how.tag, params={**target, how.tags: how.listed(tags)}
        ),
        waits=False,
        members=tuple(f"{tag['Key']}={tag['Value']}" for tag in wanted),
    )
    return (fit, *_untagged(site, how, target, path))


def _untagged(
    site: Site, how: Tagging, target: Mapping[str, Value], path: str
) -> tuple[Expectation, ...]:
    kept = tuple(key for key, _ in site.answers.tags)
    gone = [key for key in site.inputs.tags_before if key not in kept]
    if not gone:
        return ()
    return (
        Expectation(
            what="a tag you no longer list",
            path=f"not_null({path}, `[]`)[].Key",
            want=list(gone),
            update=Call(
                service=how.service,
                operation=how.untag,
                params={**target, how.keys: how.named(gone)},
            ),
            reading="none of",
            waits=False,
            effect="Removed; nothing else changes.",
        ),
    )


def tags_record(answers: Answers) -> dict[str, str]:
    """The tag that says which tags are the wizard's: these it takes off again, and no others."""
    return {"Key": TAGS_RECORD, "Value": tag_marks(key for key, _ in answers.tags)}


def tags_of_others(site: Site, name: str) -> Unmanaged:
    """The tags that others put there."""
    ours = [str(tag["Key"]) for tag in site.tags(name) if isinstance(tag, Mapping)]
    known: Iterable[str] = (*ours, *site.inputs.tags_before)
    mine = f"contains({_literal(sorted(known))}, Key)"
    aside = " || ".join(f"starts_with(Key, '{each}')" for each in (RECORD_PREFIX, "aws:"))
    return Unmanaged("tags", f"not_null(Tags, `[]`)[?!({mine} || {aside})].Key")


def _literal(text: Value) -> str:
    """A text as JMESPath writes it, whatever it contains."""
    return "`" + json.dumps(text).replace("`", "\\u0060") + "`"


def tagged_secret(site: Site, name: str) -> tuple[Expectation, ...]:
    """The tags of a secret."""
    return tagged(site, name, SECRET, {"SecretId": Found("ARN")})


def tagged_in_rds(site: Site, name: str, arn: str) -> tuple[Expectation, ...]:
    """The tags of a cluster or an instance, whose ARN is at `arn`."""
    return tagged(site, name, DATABASE, {"ResourceName": Found(arn)}, "TagList")


PORT = "49684"
HEALTH = "/api/v1/health"
CONFIG_VARIABLE = "FORMAE_CONFIG"
"""The environment variable with the agent's config; by it a service made by hand is known."""
FINGERPRINT = "FORMAE_CONFIG_SHA256"
"""An environment variable with the config's fingerprint: a host reads secrets only when it
deploys, so a changed config must change the service for it to be deployed again."""
CONFIG_FILE = "/tmp/formae.conf.pkl"  # noqa: S108 - in the container, which has no other user
START = " && ".join(
    (
        f"umask 077; rm -f /tmp/formae.pid; printenv {CONFIG_VARIABLE}>{CONFIG_FILE}",
        f"exec formae agent start --config {CONFIG_FILE}",
    )
)
"""A shell script that writes the config into a file that only the agent reads, and starts it."""
