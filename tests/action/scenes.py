"""What the tests of a whole step share: a repository with a fabric, jobs on it, and what a sync of it must lead to."""

from dataclasses import dataclass
from pathlib import Path

from forge.accounts import WORKFLOW
from forge.desk import Desk
from forge.forge import Forge
from forge.repository import Repository
from runner.events import Event
from runner.job import Job
from runner.launchers import Launcher

MANIFEST = Path(__file__).resolve().parents[2] / "action.yml"
SERVER = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {}\nspec:\n  description: rack 1\n"
)
WRONG = SERVER.format("server-03").replace("description", "descriptoin")


def job(forge: Forge, event: Event, launcher: Launcher, where: Path, **rights: str) -> Job:
    """A job for an event, with the workspace checked out; `rights`: of its token, besides the usual ones."""
    token = forge.token({**WORKFLOW, **rights})
    made = Job(where / f"job-{len(forge.tokens)}", forge, event, launcher, token=token, manifest=MANIFEST)
    made.checkout()
    return made


@dataclass
class Scene:
    """A repository on the forge, and where its jobs work."""

    forge: Forge
    repository: Repository
    launcher: Launcher
    root: Path
    jobs: int = 0

    @property
    def desk(self) -> Desk:
        return self.forge.desks[self.repository.name]

    def job(self, event: Event, *, token: str = "", checkout: bool = True, credential: str = "v4") -> Job:
        """A job for an event, with the workspace checked out."""
        self.jobs += 1
        where = self.root / f"job-{self.jobs}"
        made = Job(where, self.forge, event, self.launcher, token=token or self.forge.token(), manifest=MANIFEST)
        if checkout:
            made.checkout(credential=credential)  # type: ignore[arg-type]
        return made

    def managed(self, revision: str = "main") -> list[str]:
        """The resources under managed/."""
        return [path for path in self.repository.paths(revision) if "/managed/" in path and path.endswith(".yaml")]

    def locks(self) -> dict[str, str]:
        return self.repository.refs("refs/fgd/lock/")
