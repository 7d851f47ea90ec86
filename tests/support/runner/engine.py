"""A Docker engine of the tests' own: started beside whatever the machine has, with a base made of the distribution's packages.

Nothing is pulled from a registry. The base that stands in for the one that the Dockerfile pins by digest has the same
distribution and Python; the pinned bytes themselves are not tested here.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BASE, IMAGE = "fgd-test-base", "fgd-test"
PACKAGES = "python3,python3-venv,ca-certificates"
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_SLIM = [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "man", "locale", "info")]


def missing() -> str:
    """What an engine would need and is not there; "" if nothing."""
    if os.geteuid():
        return "the tests do not run as root"
    absent = [name for name in ("dockerd", "docker", "mmdebstrap") if not shutil.which(name)]
    return f"{', '.join(absent)} not found: apt-get install docker.io mmdebstrap" if absent else ""


@dataclass(frozen=True)
class Engine:
    """A running engine."""

    root: Path
    seconds: dict[str, float]

    @property
    def socket(self) -> Path:
        return self.root / "socket"

    def docker(self, *arguments: str, timeout: float = 1800) -> str:
        """What a command of docker prints; it must succeed."""
        environment = {**os.environ, "DOCKER_BUILDKIT": "0"}
        command = ["docker", "-H", f"unix://{self.socket}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout, env=environment)
        assert not done.returncode, f"docker {arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()

    def build(self, context: Path, tag: str = IMAGE) -> str:
        """Build an image on the stand-in base; its name."""
        with self.timed(f"build {tag}"):
            self.docker("build", "--network", "host", "--build-arg", f"BASE={BASE}", "--tag", tag, str(context))
        return tag

    def size(self, tag: str = IMAGE) -> tuple[int, int]:
        """Bytes of an image, and of those the part that is not the base."""
        whole, base = (int(self.docker("image", "inspect", "--format", "{{.Size}}", name)) for name in (tag, BASE))
        return whole, whole - base

    @contextlib.contextmanager
    def timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[what] = time.monotonic() - began


@contextlib.contextmanager
def running_engine(cache: Path) -> Iterator[Engine]:
    """An engine with the stand-in base, which is kept in `cache` from one time to the next."""
    root = Path(tempfile.mkdtemp(prefix="fgd-engine-"))
    engine = Engine(root, {})
    with (root / "log").open("wb") as log:
        daemon = subprocess.Popen(_command(root), stdout=log, stderr=log)
    try:
        with engine.timed("start"):
            _wait(engine, daemon)
        with engine.timed("base"):
            _base(engine, cache)
        yield engine
    finally:
        with contextlib.suppress(AssertionError, subprocess.SubprocessError):
            engine.docker("rm", "--force", *engine.docker("ps", "--all", "--quiet").split(), timeout=30)
        daemon.terminate()
        daemon.wait(30)
        for mounted in (root / "exec" / "netns").glob("*"):
            subprocess.run(["umount", str(mounted)], capture_output=True, check=False)
        shutil.rmtree(root, ignore_errors=True)


def _command(root: Path) -> Sequence[str]:
    places = ["--data-root", f"{root}/data", "--exec-root", f"{root}/exec", "--pidfile", f"{root}/pid"]
    return ["dockerd", *places, "--host", f"unix://{root}/socket", "--bridge", "none", "--iptables=false"]


def _wait(engine: Engine, daemon: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert daemon.poll() is None, (engine.root / "log").read_text()[-2000:]
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            engine.docker("version", timeout=10)
            return
        time.sleep(0.1)
    raise AssertionError("the engine did not start")


def _base(engine: Engine, cache: Path) -> None:
    archive = cache / "base-trixie.tar"
    if not archive.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        part = cache / f"part-{os.getpid()}.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", *_SLIM, f"--include={PACKAGES}", "trixie", str(part)]
        subprocess.run(command, check=True, capture_output=True)
        part.rename(archive)
    settings = [f"ENV PIP_CERT={BUNDLE} SSL_CERT_FILE={BUNDLE}"] if BUNDLE.is_file() else []
    changes = [word for line in settings for word in ("--change", line)]
    engine.docker("import", *changes, str(archive), f"{BASE}:raw")
    _trust(engine)


def _trust(engine: Engine) -> None:
    """Let the base trust what this machine trusts, so that pip in a build reaches its index."""
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        copy = f"COPY bundle {BUNDLE}\n" if BUNDLE.is_file() else ""
        if copy:
            shutil.copy(BUNDLE, context / "bundle")
        (context / "Dockerfile").write_text(f"FROM {BASE}:raw\n{copy}")
        engine.docker("build", "--tag", BASE, folder)
