"""The checks of `fgd health` on the real neighbours: which there are, with which settings, and for how long."""

import os
from collections.abc import Mapping
from pathlib import Path

from fgd_sync.cli.common import targets_of
from fgd_sync.cli.state import Place, open_state
from fgd_sync.flow import health_probes
from fgd_sync.flow.health import Check, Probe, failed
from fgd_sync.flow.health_probes import skipped
from fgd_sync.flow.run import World
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import NETBOX_AUTHENTICATION_FAILED
from fgd_sync.model.config import Settings
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.health import Finding, Status
from fgd_sync.model.value import dataclass, replace

_SHARE = 0.4
"""Of the time of a check, what each of connecting and reading may take: it ends before it is left alone."""

_GITHUB, _GITHUB_API = "https://github.com", "https://api.github.com"
_ADDRESSES = (f"{_GITHUB}/", "git@github.com:", "ssh://git@github.com/")


@dataclass(frozen=True, slots=True)
class Examination:
    """What is to be checked: where the state lies, which fabrics, for how many seconds, and whether to try to write."""

    world: World
    place: Place
    paths: tuple[Path, ...]
    seconds: float
    write: bool

    @property
    def patient(self) -> Settings:
        """The settings, with time-outs that end before the check does."""
        each = max(1, int(self.seconds * _SHARE))
        github = replace(self.world.settings.github, connection_timeout=each, read_timeout=each)
        return replace(self.world.settings, github=github)


def checks(of: Examination) -> list[Check]:
    """Every check, in the order in which they are shown."""
    named: list[tuple[str, Probe]] = [
        ("settings", lambda: settings_found(of.place.config)),
        ("git", git),
        ("repository", lambda: _repository(of)),
        ("state store", lambda: _state_store(of)),
        ("github", lambda: _github(of)),
        ("netbox", lambda: _netbox(of)),
        ("redis", lambda: _redis(of)),
        ("metrics", lambda: _metrics(of)),
    ]
    return [*(Check(name, probe) for name, probe in named), *_fabrics(of)]


def settings_found(config: Path | None) -> Finding:
    """Which settings are in force; they were read before."""
    from fgd_sync.adapters.configuration import find_file

    file = config or find_file(Path.cwd())
    here = Path.cwd()
    if file is None:
        return Finding(Status.OK, "valid; there is no fgd_config.yaml, so the defaults")
    return Finding(Status.OK, f"{file.relative_to(here) if file.is_relative_to(here) else file} is valid")


def git() -> Finding:
    """Whether git is there and new enough."""
    from fgd_sync.adapters.git_command import Git

    return health_probes.git_version(Git(Path.cwd()).run("--version").decode("utf-8", "replace"))


def _repository(of: Examination) -> Finding:
    if not _has_place(of):
        return skipped("this directory is in no git repository")
    with open_state(of.place, of.patient) as state:
        return health_probes.repository(state.git)


def _state_store(of: Examination) -> Finding:
    if not _has_place(of):
        return skipped("this directory is in no git repository: no history is kept")
    with open_state(of.place, of.patient) as state:
        return health_probes.state_store(state.git, state.ledger, state.settings, state.clock, write=of.write)


def _has_place(of: Examination) -> bool:
    return bool(of.place.remote or of.world.repository.root(Path.cwd()))


def _github(of: Examination) -> Finding:
    token = os.environ.get("GITHUB_TOKEN", "")
    if not of.world.settings.github.enabled:
        return skipped("`github.enabled` is false")
    if not token:
        return skipped("GITHUB_TOKEN is not set")
    context = github_context(os.environ, _address(of))
    if context is None:
        return skipped("the remote is not on GitHub")
    from fgd_sync.adapters.github import GitHubClient

    client = GitHubClient(token, context, of.patient.github)
    return health_probes.github(client, of.world.settings.github)


def _address(of: Examination) -> str:
    """The address of the remote; "" where there is none."""
    from fgd_sync.adapters.remotes import remote_url

    try:
        return remote_url(of.world.repository.root(Path.cwd()), of.place.remote or "origin")
    except FgdError:
        return ""


def github_context(environment: Mapping[str, str], url: str) -> RunContext | None:
    """The repository on GitHub: that of the workflow, else the one at the remote's address; None: there is none."""
    api, repository = environment.get("GITHUB_API_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    if api and repository:
        server = environment.get("GITHUB_SERVER_URL", "").rstrip("/")
        return RunContext(repository=repository, server_url=server, api_url=api.rstrip("/"))
    for start in _ADDRESSES:
        name = url.removeprefix(start).removesuffix("/").removesuffix(".git")
        if url.startswith(start) and name.count("/") == 1:
            return RunContext(repository=name, server_url=_GITHUB, api_url=_GITHUB_API)
    return None


def _netbox(of: Examination) -> Finding:
    settings, token = of.world.settings.netbox, os.environ.get("NETBOX_TOKEN", "")
    if not settings.url or settings.target == "off":
        return skipped("`netbox.url` is not set" if not settings.url else "`netbox.target` is off")
    if not token:
        raise FgdError(NETBOX_AUTHENTICATION_FAILED, "`netbox.url` is set, but there is no NETBOX_TOKEN")
    from fgd_sync.adapters.netbox import Pace, PynetboxClient

    each = max(1.0, of.seconds * _SHARE)
    client = PynetboxClient(settings.url, token, of.world.clock, Pace(each, 2 * each))
    return health_probes.netbox(client, settings)


def _redis(of: Examination) -> Finding:
    url = of.world.settings.events.redis_url
    if not url:
        return skipped("`events.redis_url` is not set")
    from fgd_sync.adapters.redis_sink import RedisSink

    sink = RedisSink(url, timeout=max(1.0, of.seconds * _SHARE))
    try:
        return sink.probe()
    finally:
        sink.close()


def _metrics(of: Examination) -> Finding:
    from fgd_sync.cli.listeners import metrics_of

    sink = metrics_of(of.world.settings.monitoring)
    return sink.probe() if sink else skipped("neither `monitoring.metrics_file` nor `pushgateway_url` is set")


def _fabrics(of: Examination) -> list[Check]:
    try:
        targets = targets_of(of.world, of.paths)
    except FgdError as failure:
        finding = failed(failure)
        return [Check("fabrics", lambda: finding)]
    return [_fabric(of.world, target) for target in targets]


def _fabric(world: World, target: Target) -> Check:
    name = target.directory.resolve().name if target.display == "." else target.display
    return Check(f"fabric {name}", lambda: health_probes.fabric(world, target))
