"""Protected branches: the hook that refuses a push, and GitHub's words for it (classic protection GH006, rulesets GH013)."""

import fnmatch
import shlex
from dataclasses import dataclass
from typing import Literal

PULL_REQUEST = "Changes must be made through a pull request."
SIGNATURES = "Commits must have verified signatures."
STATUS_CHECK = 'Required status check "fgd" is expected.'


@dataclass(frozen=True, slots=True)
class Protection:
    """A rule on branches by pattern. `style`: classic branch protection or a ruleset."""

    branch: str
    rule: str = PULL_REQUEST
    style: Literal["classic", "ruleset"] = "classic"

    def covers(self, branch: str) -> bool:
        return fnmatch.fnmatchcase(branch, self.branch)

    @property
    def reason(self) -> str:
        """What the report of the push says of the ref."""
        if self.style == "classic":
            return "protected branch hook declined"
        return "push declined due to repository rule violations"


def hook(protections: list[Protection], repository: str) -> str:
    """The `update` hook of a bare repository: git runs it once for each ref of a push."""
    cases = "".join(_case(protection, repository) for protection in protections)
    return f'#!/bin/sh\nref=$1 old=$2 new=$3\ncase "$ref" in\n{cases}esac\nexit 0\n'


def _case(protection: Protection, repository: str) -> str:
    head = f"refs/heads/{protection.branch}) "
    refuse = _classic(protection) if protection.style == "classic" else _ruleset(protection, repository)
    if protection.rule == SIGNATURES:
        return head + _UNSIGNED + f'if [ -n "$unsigned" ]; then\n{refuse}exit 1; fi;;\n'
    return head + f"{refuse}exit 1;;\n"


_UNSIGNED = """
git cat-file -e "$old" 2>/dev/null && range="$old..$new" || range="$new"
unsigned=$(for commit in $(git rev-list "$range"); do
  git cat-file commit "$commit" | sed '/^$/q' | grep -q '^gpgsig ' || echo "$commit"
done)
"""


def _say(text: str) -> str:
    return f'printf "%s\\n" {shlex.quote(text)} >&2\n'


def _classic(protection: Protection) -> str:
    say = 'printf "error: GH006: Protected branch update failed for %s.\\n\\n" "$ref" >&2\n'
    return say + _say(f"- {protection.rule}")


def _ruleset(protection: Protection, repository: str) -> str:
    say = 'printf "error: GH013: Repository rule violations found for %s.\\n" "$ref" >&2\n'
    where = (
        f"Review all repository rules at https://github.com/{repository}/rules?ref=refs%2Fheads%2F{protection.branch}"
    )
    say += _say(f"{where}\n\n- {protection.rule}")
    if protection.rule == SIGNATURES:
        say += 'printf "  Found %s violation:\\n\\n%s\\n\\n" "$(echo "$unsigned" | wc -l)" "$unsigned" >&2\n'
    return say
