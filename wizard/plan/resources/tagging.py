"""Tags: every wanted one is on a thing, those of earlier answers are off, and others' stay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wizard.base.names import RECORD_PREFIX
from wizard.base.values import Found, Value
from wizard.plan.model import Call, Fit, Theirs
from wizard.plan.resources.common import Site


@dataclass(frozen=True, slots=True)
class Tagging:
    """How a service calls what it does with tags."""

    service: str
    tag: str = "TagResource"
    untag: str = "UntagResource"
    tags: str = "Tags"
    keys: str = "TagKeys"

    @property
    def permission(self) -> str:
        """The IAM action with which a thing is made that has tags."""
        return f"{self.service}:{self.tag}"


SECRET = Tagging("secretsmanager")
DATABASE = Tagging("rds", "AddTagsToResource", "RemoveTagsFromResource")
REPOSITORY = Tagging("ecr", tags="tags", keys="tagKeys")
ROLE = Tagging("iam", "TagRole", "UntagRole")
POLICY = Tagging("iam", "TagPolicy", "UntagPolicy")


def tagged(
    site: Site, name: str, how: Tagging, target: Mapping[str, Value], path: str = "Tags"
) -> tuple[Fit, ...]:
    """The tags of the thing called `name`: `target` names it in a call, `path` is its tag list."""
    tags = site.tags(name)
    wanted = [tag for tag in tags if isinstance(tag, Mapping)]
    there = (
        f"length(not_null({path}, `[]`)[?Key=={_literal(tag['Key'])} && "
        f"Value=={_literal(tag['Value'])}])"
        for tag in wanted
    )
    fit = Fit(
        what="its tags",
        path=f"[{', '.join(there)}]",
        want=[1] * len(wanted),
        mend=Call(service=how.service, operation=how.tag, params={**target, how.tags: tags}),
        waits=False,
        members=tuple(f"{tag['Key']}={tag['Value']}" for tag in wanted),
    )
    return (fit, *_untagged(site, how, target, path))


def _untagged(site: Site, how: Tagging, target: Mapping[str, Value], path: str) -> tuple[Fit, ...]:
    kept = tuple(key for key, _ in site.answers.tags)
    gone: Value = [key for key in site.surroundings.tags_before if key not in kept]
    if not gone:
        return ()
    return (
        Fit(
            what="a tag you do not name any more",
            path=f"not_null({path}, `[]`)[].Key",
            want=gone,
            mend=Call(service=how.service, operation=how.untag, params={**target, how.keys: gone}),
            reading="none of",
            waits=False,
            effect="Taken off; nothing else changes.",
        ),
    )


def tags_of_others(site: Site, name: str, path: str = "Tags") -> Theirs:
    """The tags that others put there."""
    ours = [str(tag["Key"]) for tag in site.tags(name) if isinstance(tag, Mapping)]
    known: Iterable[str] = (*ours, *site.surroundings.tags_before)
    mine = f"contains({_literal(sorted(known))}, Key)"
    aside = " || ".join(f"starts_with(Key, '{each}')" for each in (RECORD_PREFIX, "aws:"))
    return Theirs("tags", f"not_null({path}, `[]`)[?!({mine} || {aside})].Key")


def _literal(text: Value) -> str:
    """A text as JMESPath writes it, whatever it contains."""
    return "`" + json.dumps(text).replace("`", "\\u0060") + "`"


def tagged_secret(site: Site, name: str) -> tuple[Fit, ...]:
    """The tags of a secret."""
    return tagged(site, name, SECRET, {"SecretId": Found("ARN")})


def tagged_in_rds(site: Site, name: str, arn: str) -> tuple[Fit, ...]:
    """The tags of a cluster or an instance, whose ARN is at `arn`."""
    return tagged(site, name, DATABASE, {"ResourceName": Found(arn)}, "TagList")
