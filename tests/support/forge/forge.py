"""A stand-in for GitHub on loopback: git over HTTP and the API over the same bare repositories, with the same tokens.

Two servers listen. `server_url` is laid out as an enterprise server: repositories at its root, the API at /api/v3 and
/api/graphql. `api_url` is laid out as api.github.com: REST and /graphql at its root.
"""

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from forge import rest_checks, rest_git, rest_issues
from forge.accounts import WORKFLOW, Token
from forge.contract import Contract
from forge.desk import Desk
from forge.git_http import serve_git
from forge.graphql import serve_graphql
from forge.repository import Repository
from forge.rest import Rate, Rest
from forge.traffic import Answer, Request, Traffic
from forge.web import serving

ROUTES = [*rest_git.ROUTES, *rest_checks.ROUTES, *rest_issues.ROUTES]


class Forge:
    """`git` and `api` hold what came in and what is to go wrong, each for its side."""

    def __init__(self, root: Path, document: Path | None) -> None:
        self.root = root
        self.contract = Contract(document) if document else None
        self.repositories: dict[str, Repository] = {}
        self.desks: dict[str, Desk] = {}
        self.tokens: dict[str, Token] = {}
        self.rate = Rate()
        self.git, self.api = Traffic(), Traffic()
        self.server_url = self.api_url = ""
        self._rest = Rest(self, ROUTES)

    # -- setting up -------------------------------------------------------------------------------------------------

    def repository(self, name: str = "acme/fabrics", *, private: bool = True) -> Repository:
        """A new bare repository without commits."""
        made = Repository(self.root, name, private=private)
        self.repositories[name], self.desks[name] = made, Desk(made)
        return made

    def fork(self, of: Repository, name: str) -> Repository:
        """A repository with the branches of another."""
        made = self.repository(name, private=of.private)
        made.git("fetch", "-q", str(of.path), "+refs/heads/*:refs/heads/*")
        return made

    def token(
        self,
        rights: Mapping[str, str] = WORKFLOW,
        *,
        value: str = "",
        login: str = "github-actions[bot]",
        repositories: frozenset[str] | None = None,
        expired: bool = False,
        user: bool = False,
    ) -> str:
        """A new token with some rights; its value."""
        value = value or ("ghp_" if user else "ghs_") + secrets.token_hex(18)
        self.tokens[value] = Token(value, login, rights, repositories, expired, user)
        return value

    def desk(self, name: str) -> Desk | None:
        return self.desks.get(name)

    # -- serving ------------------------------------------------------------------------------------------------------

    def clone_url(self, repository: Repository) -> str:
        return f"{self.server_url}/{repository.name}"

    @property
    def urls(self) -> dict[str, str]:
        """The addresses as the runner of github.com gives them to a step."""
        return {
            "GITHUB_SERVER_URL": self.server_url,
            "GITHUB_API_URL": self.api_url,
            "GITHUB_GRAPHQL_URL": f"{self.api_url}/graphql",
        }

    @property
    def enterprise_urls(self) -> dict[str, str]:
        """The addresses as the runner of an enterprise server gives them to a step."""
        api = f"{self.server_url}/api"
        return {
            "GITHUB_SERVER_URL": self.server_url,
            "GITHUB_API_URL": f"{api}/v3",
            "GITHUB_GRAPHQL_URL": f"{api}/graphql",
        }

    def serve_root(self, request: Request) -> Answer:
        return serve_git(request, self.repositories)

    def serve_api(self, request: Request) -> Answer:
        if request.path == "/graphql":
            return serve_graphql(request, self, self.server_url)
        return self._rest.serve(request, self.api_url, self.server_url)

    def serve_enterprise(self, request: Request) -> Answer:
        if request.path == "/api/graphql":
            return serve_graphql(request, self, self.server_url)
        return self._rest.serve(request, self.server_url, self.server_url, "/api/v3")

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def verdict(self) -> list[str]:
        """Requests and answers against GitHub's contract, and mistakes of the stand-in itself."""
        wrong = self.contract.violations if self.contract else []
        return [*wrong, *(repr(error) for error in self.git.errors + self.api.errors)]


@contextlib.contextmanager
def serving_forge(root: Path, document: Path | None = None) -> Iterator[Forge]:
    """A stand-in for GitHub for as long as the block lasts; `document`: the folder with GitHub's own contract."""
    forge = Forge(root, document)
    with (
        serving(forge.serve_root, forge.git, forge.tokens) as server,
        serving(forge.serve_api, forge.api, forge.tokens) as api,
    ):
        forge.server_url, forge.api_url = server.url, api.url
        server.side_doors["/api/"] = (forge.serve_enterprise, forge.api)
        yield forge
