"""Tokens of the stand-in for GitHub, what each may do, and how GitHub words a refusal."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

WORKFLOW = {"contents": "write", "pull-requests": "write", "checks": "write", "statuses": "write", "issues": "write"}
"""The rights of a workflow token with everything that fgd-sync can make use of."""

READ_ONLY = dict.fromkeys(WORKFLOW, "read")
"""The rights of a workflow token on a pull request from a fork or from Dependabot."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token. `user`: a personal one, whose pushes start workflows; else the workflow's own."""

    value: str
    login: str = "github-actions[bot]"
    rights: Mapping[str, str] = field(default_factory=lambda: dict(WORKFLOW))
    repositories: frozenset[str] | None = None
    expired: bool = False
    user: bool = False

    def may(self, permission: str, level: str, repository: str) -> bool:
        """Whether it has `level` (read or write) of a permission on a repository."""
        has = self.rights.get(permission, "none")
        return self.sees(repository) and has in ("write", level)

    def sees(self, repository: str) -> bool:
        return not self.expired and (self.repositories is None or repository in self.repositories)

    @property
    def refusal(self) -> str:
        """How the API words that a right is missing."""
        return f"Resource not accessible by {'personal access token' if self.user else 'integration'}"


def credential(header: str) -> tuple[str, str]:
    """The scheme of an Authorization header and the token in it; ("unknown", "") for what GitHub can't read."""
    scheme, _, value = header.strip().partition(" ")
    scheme = scheme.lower()
    if scheme in ("bearer", "token"):
        return scheme, value.strip()
    if scheme != "basic":
        return "unknown", ""
    try:
        return scheme, base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return "unknown", ""
