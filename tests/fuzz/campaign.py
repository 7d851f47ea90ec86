"""Coverage-guided fuzzing of everything that reads what others wrote.

    python tests/fuzz/campaign.py [--seconds N] [--corpus FOLDER] [--replay] [--mutations N] [TARGET …]

Each target runs in a process of its own with limits on time and memory, from the seeds in `seeds/TARGET/` (and a corpus
that earlier runs found). An input that breaks a target is kept as `crash-…` in the current folder: add it to the
seeds with the fix. `--replay` only runs the seeds, and some mutations of each, the same every time, without atheris.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
SEEDS = HERE / "seeds"
MANIFESTS = ("yaml_text", "plain_blocks", "planned", "reports", "secret_forms", "records")
MESSAGES = ("settings", "inputs", "occasion", "journal", "cache", "state", "netbox", "schemas")
NEIGHBOURS = ("github", "git", "netbox_http", "redis", "pushgateway", "cluster")
TWINS = ("taught", "glances")
MODULES = {
    "manifest_targets": MANIFESTS,
    "message_targets": MESSAGES,
    "neighbour_targets": NEIGHBOURS,
    "twin_targets": TWINS,
}
DEAR = (*NEIGHBOURS, "glances")
"""Targets of which each input takes a connection, a process, or a fabric that is examined."""

TARGETS = tuple(name for names in MODULES.values() for name in names)

SECONDS_PER_INPUT = 10
MEMORY = 3 << 30
WORDS = [
    *(
        "apiVersion: ",
        "kind: ",
        "metadata:\n",
        "spec:\n",
        "  name: ",
        "- ",
        ": ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "# c\n",
    ),
    *("&a ", "*a", "<<: ", "!!str ", "!!binary ", "|\n", ">-\n", '"', "'", "{{ x }}", "\\u0041", "0x1F", "1e999", "~"),
    *("wiring.githedgehog.com/v1beta1", "vpc.githedgehog.com/v1beta1", "Server", "VPC", "\x00", "\ufeff", "\r\n", "\t"),
    *("SECRET", "::error::", "\x1b[2J", "List", "items:\n", "fgd:\n", "password: ", "$6$", "eyJ", "-----BEGIN "),
]


def function_of(name: str) -> Callable[[bytes], None]:
    """The target of that name."""
    module = import_module(next(module for module, names in MODULES.items() if name in names))
    found: Callable[[bytes], None] = getattr(module, name)
    return found


def replay(names: tuple[str, ...], mutations: int) -> int:
    """Run every seed and some mutations of it; the number of inputs. One that takes too long ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    count = 0
    for name in names:
        target, random = function_of(name), Random(name)
        some = mutations // 3 if name in DEAR else mutations
        for path in sorted((SEEDS / name).iterdir()):
            seed = path.read_bytes()
            for data in (seed, *(mutated(seed, random) for _ in range(some))):
                signal.alarm(SECONDS_PER_INPUT)
                try:
                    target(data)
                except BaseException:
                    print(f"{path.relative_to(SEEDS)} breaks its target as {data!r}", file=sys.stderr)
                    raise
                count += 1
        signal.alarm(0)
    return count


def mutated(seed: bytes, random: Random) -> bytes:
    """The seed with a few pieces cut out, put in, doubled or changed."""
    data = bytearray(seed)
    for _ in range(random.randint(1, 4)):
        start, length = random.randint(0, len(data)), random.randint(1, 12)
        word = random.choice(WORDS).encode()
        piece = random.choice([b"", word, bytes(data[start : start + length]) * 2, random.randbytes(1)])
        data[start : start + random.choice([0, length])] = piece
    return bytes(data)


def fuzz(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["fgd_sync"]):
        target = function_of(name)
    corpus.mkdir(parents=True, exist_ok=True)
    words = corpus.with_suffix(".words")
    words.write_text("".join(map(_entry, WORDS)))
    limits = (f"-max_total_time={seconds}", f"-timeout={SECONDS_PER_INPUT}", "-rss_limit_mb=2500", "-max_len=4096")
    options = (f"-dict={words}", "-print_final_stats=1", f"-artifact_prefix=crash-{name}-", "-use_value_profile=0")
    atheris.Setup([sys.argv[0], *limits, *options, str(corpus), str(SEEDS / name)], target)
    atheris.Fuzz()


def _entry(word: str) -> str:
    """A line of a dictionary of libFuzzer."""
    escaped = "".join(f"\\x{byte:02x}" for byte in word.encode())
    return f'"{escaped}"\n'


def _within_a_folder(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command whose temporary files are in memory, and gone with it: libFuzzer ends a process where it stands."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory) as folder:
        known, out, err = {**os.environ, "TMPDIR": folder}, subprocess.PIPE, subprocess.STDOUT
        return subprocess.run(command, stdout=out, stderr=err, env=known, text=True, errors="replace", check=False)


def run(names: tuple[str, ...], seconds: int, corpus: Path) -> int:
    """Fuzz the targets one after the other, each in a process of its own; how many broke."""
    broken = 0
    for name in names:
        command = [sys.executable, __file__, "--child", "--seconds", str(seconds), "--corpus", str(corpus), name]
        done = _within_a_folder(command)
        lines = done.stdout.splitlines()
        is_well = done.returncode == 0 and not any("ERROR: libFuzzer" in line for line in lines)
        executed = [line.split()[-1] for line in lines if line.startswith("stat::number_of_executed_units")]
        covered = [line for line in lines if line.startswith("#") and "cov:" in line]
        print(
            f"{name}: {'well' if is_well else 'BROKEN'}, {' '.join(executed)} inputs",
            *covered[:1],
            *covered[-1:],
            sep="\n  ",
            flush=True,
        )
        if not is_well:
            broken += 1
            print(*lines[-60:], sep="\n", flush=True)
    return broken


def main() -> int:
    """Parse the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=3600, help="for each target")
    parser.add_argument("--corpus", type=Path, default=Path("build/fuzz"), help="where found inputs are kept")
    parser.add_argument("--replay", action="store_true")
    parser.add_argument("--mutations", type=int, default=0, help="of each seed, in a replay")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    names = tuple(given.targets) or TARGETS
    if given.replay:
        print(f"{replay(names, given.mutations)} inputs")
        return 0
    if given.child:
        fuzz(names[0], given.seconds, given.corpus / names[0])
    return run(names, given.seconds, given.corpus)


if __name__ == "__main__":
    sys.exit(main())
