"""Whatever happens to whichever call of a run: one more run, and all is as undisturbed.

`python -m tests.faults.matrix --full` plays it for one deployment of the corpus after another: it
is set up, removed, its passwords are rotated, and it is moved to another host. On an ECS Gateway,
and while it moves, no two agents may run at any moment. A case that an earlier entry has told is
left out:

- A call that fails (throttled, lost, too late, refused…) concerns its step alone: others wait for
  that, or go on without it. So it is played where no earlier entry has a step of that id that makes
  the same calls, as often, with parameters of the same names. What is left out so differs in values
  alone: a size, a version, a name.
- A death is one of the whole run: what is unfinished beside the call counts as well. It is left out
  only where all that the run changes is the same, step by step; so App Runner and both ECS hosts, a
  new cluster, an express one and one that was there are killed at each of their changes.

Nothing is played of the corpus's other entries, which differ from these in values and policies. Of
a removal, a rotation and a move only the changing calls are disturbed: their looks are those of a
set-up. An internal address is not rotated, for nobody reaches it from here.
"""

ENTRIES = (
    *("defaults", "ecs-gateway", "ecs", "express"),
    *("ecs-existing", "subnets", "existing", "restored"),
)
"""Entries of the corpus in the order in which they are played."""
