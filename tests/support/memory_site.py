"""A repository in memory that people push to and the real program syncs, composed as a publishing run is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from fgd_sync.adapters.git import GitRepository
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.cli.publishing import Audience, Publication, publish_to
from fgd_sync.flow.book import Book
from fgd_sync.flow.disk_source import DiskSource
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.reporter import Receiver
from fgd_sync.flow.run import Request, World
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.config import DirectorySettings, RetryPolicy, Settings, SyncSettings
from fgd_sync.model.git import NewCommit, RefMove, Signature, TreeEntry
from fgd_sync.model.report import FabricReport
from fgd_sync.planning.normal_form import NORMAL_FORM, NormalForm
from fgd_sync.ports import Clock, GitStore
from fgd_sync.schema.catalogue import Catalogue
from hand_clock import HandClock, ids
from memory_store import MemoryStore, Server

MAIN, LOCK, STATE = "refs/heads/main", "refs/fgd/lock/north", "refs/fgd/state/north"
ANN = Signature("Ann", "ann@example.org")
SETTINGS = Settings(
    sync=SyncSettings(lock_timeout=0, timeout_seconds=3600, retry_policy=RetryPolicy(max_attempts=1)),
    directory=DirectorySettings(required_subdirs=("servers", "vpcs")),
)
CATALOGUE = Catalogue(load)
Files = Mapping[str, bytes | None]


class MemorySite:
    """A server with one branch. Paths of files are those of the repository; its fabric is `north`."""

    def __init__(self, files: Mapping[str, bytes], settings: Settings = SETTINGS) -> None:
        self.server, self.clock, self.settings = Server(), HandClock(), settings
        self.new_id = ids("sync")
        self._person = MemoryStore(self.server)
        self.push(files)

    @property
    def tip(self) -> str:
        return self.server.refs.get(MAIN, "")

    def push(self, files: Files, *, message: str = "by hand") -> str:
        """A person commits files on the tip (None: deletes one) and pushes."""
        tip = self.tip
        if tip:
            self._person.fetch([tip])
        made = self._person.commit(NewCommit(message, ANN, ANN, self.clock.now(), files, tip))
        self._person.update([RefMove(MAIN, tip, made)])
        return made

    def files(self, commit: str = "") -> dict[str, bytes]:
        """All files of a commit, or of the tip."""
        return {path: self.server.blobs[item.id] for path, item in self.entries(commit).items()}

    def entries(self, commit: str = "") -> Mapping[str, TreeEntry]:
        return self.server.commits[commit or self.tip][1]

    def commits(self, since: str = "") -> list[NewCommit]:
        """The commits of the branch after one, the oldest first."""
        found, at = [], self.tip
        while at and at != since:
            found.append(self.server.commits[at][0])
            at = found[-1].parent
        return found[::-1]

    def sync(
        self,
        form: NormalForm = NORMAL_FORM,
        *,
        store: GitStore | None = None,
        receivers: Sequence[Receiver] = (),
        settings: Settings | None = None,
    ) -> FabricReport:
        """A publishing run of the fabric. Raises what a run raises for all its fabrics."""
        world = world_of(settings or self.settings, self.clock, self.new_id, form)
        publication = Publication("memory", "main", paths=["north"])
        open_store = store or MemoryStore(self.server)
        audience = Audience(receivers=receivers)
        (report,) = publish_to(open_store, world, publication, Request(), audience=audience)
        return report

    def book(self) -> Book:
        return Ledger(MemoryStore(self.server), self.clock, StateRefs()).book("north")


def world_of(settings: Settings, clock: Clock, new_id: Callable[[], str], form: NormalForm = NORMAL_FORM) -> World:
    """The world of a run on the files of this disk, as the command makes it."""
    work, repository = LocalWorkspace(), GitRepository()
    source = DiskSource(work, repository, settings)
    return World(settings, source, work, repository, clock, CATALOGUE, new_id, form=form)


def bumped(form: NormalForm, mark: Callable[[dict[str, object]], dict[str, object]]) -> NormalForm:
    """The next version of a normal form: what the one before makes of a document, and then `mark`."""

    def shape(body: dict[str, object], comments: object) -> tuple[dict[str, object], object]:
        made, kept = form.shape(body, comments)  # type: ignore[arg-type]
        return mark(made), kept

    return replace(form, version=form.version + 1, shape=shape)  # type: ignore[arg-type]
