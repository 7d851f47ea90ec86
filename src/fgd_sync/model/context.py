"""What a run knows of where it runs: the event, the repository, the branch and commit, and the pull request, if any.

Built once, from the environment of the action or for a desk; everything that speaks to GitHub or links to it takes this
value. It holds no secret and reads nothing.
"""

from fgd_sync.model.value import dataclass

DESK = "manual"
"""The trigger of a run that a person started at a desk."""


PULL = "pull"
"""The trigger of a run that brings what was changed in NetBox."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """The pull request that a run is about. Refs are short names of branches, repositories are `owner/name`.

    `is_fork`: the head is in another repository than the base, so that the workflow's token can only read.
    """

    number: int
    head_ref: str
    head_sha: str
    head_repository: str
    base_ref: str
    base_sha: str
    is_fork: bool = False


@dataclass(frozen=True, slots=True)
class RunContext:
    """Where and why a run happens. Empty texts are what is not known, as at a desk.

    `event`: GitHub's name of it (`push`, `pull_request`, `schedule` …). `trigger`: what history, metrics and events say
    of what started the run. URLs have no slash at the end. `ref` is the full ref (`refs/heads/main`), `branch` the
    short name of the branch that the run reads and writes: the head of a pull request; "" for a tag. `sha` is the
    commit of the event, for a pull request GitHub's merge commit. `run_url` leads to the log of the run.
    """

    event: str = ""
    trigger: str = DESK
    repository: str = ""
    server_url: str = ""
    api_url: str = ""
    graphql_url: str = ""
    ref: str = ""
    branch: str = ""
    default_branch: str = ""
    sha: str = ""
    run_id: str = ""
    run_attempt: int = 1
    run_url: str = ""
    workflow: str = ""
    job: str = ""
    actor: str = ""
    actor_id: str = ""
    pull_request: PullRequest | None = None

    @property
    def person(self) -> str:
        """The person whose doing started the run, as `Name <address>`; "" for bots, and for a schedule: nobody did."""
        if not self.actor or self.actor.endswith("[bot]") or self.event == "schedule":
            return ""
        account = f"{self.actor_id}+{self.actor}" if self.actor_id else self.actor
        return f"{self.actor} <{account}@users.noreply.github.com>"

    @property
    def is_fork(self) -> bool:
        """Whether the run is about a pull request from another repository."""
        return self.pull_request is not None and self.pull_request.is_fork

    @property
    def commit(self) -> str:
        """The commit that people look at, and that checks and links belong to: a pull request's head, else `sha`."""
        return self.pull_request.head_sha if self.pull_request else self.sha

    @property
    def is_on_github(self) -> bool:
        """Whether there is a repository on a server to speak to or link to."""
        return bool(self.server_url and self.repository)
