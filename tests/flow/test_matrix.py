import json
from collections.abc import Callable
from pathlib import Path

from commands import Run, server

Write = Callable[[str, str | bytes], Path]


def fabrics(write: Write, *names: str) -> None:
    for name in names:
        write(f"{name}/.hnp/manifest.yaml", f"fabric_name: {name.rpartition('/')[2]}\n")
        write(f"{name}/raw/a.yaml", server("server-01"))


def test_each_fabric_is_a_job(run: Run, write: Write) -> None:
    fabrics(write, "dc/north", "dc/south")
    done = run("matrix")
    assert done.out == ('{"include":[{"fabric":"north","path":"dc/north"},{"fabric":"south","path":"dc/south"}]}\n'), (
        done.err
    )


def test_fabrics_share_jobs_where_there_are_more_of_them(run: Run, write: Write) -> None:
    fabrics(write, "a", "b", "c")
    done = run("matrix", "--jobs", 2)
    assert json.loads(done.out)["include"] == [{"fabric": "a", "path": "a"}, {"fabric": "b\nc", "path": "b\nc"}]
    assert "3 fabrics share 2 jobs; GitHub runs 256 of a matrix at most" in done.err


def test_more_jobs_than_github_runs_cannot_be_asked_for(run: Run, write: Write) -> None:
    fabrics(write, "a")
    assert run("matrix", "--jobs", 257).status == 2


def test_only_fabrics_that_changed_since_a_revision(run: Run, write: Write, commit: Callable[[], None]) -> None:
    fabrics(write, "north", "south", "east")
    commit()
    write("south/raw/b.yaml", server("server-02"))
    write("north/raw/a.yaml", server("server-01", "moved"))
    assert [item["fabric"] for item in run("matrix", "--since", "HEAD").json["include"]] == ["north", "south"]
    commit()
    assert run("matrix", "--since", "HEAD").json == {"include": []}
    write("fgd_config.yaml", "fgd: {}\n")
    assert len(run("matrix", "--since", "HEAD").json["include"]) == 3


def test_a_revision_that_git_does_not_know_is_refused(run: Run, write: Write, commit: Callable[[], None]) -> None:
    fabrics(write, "north")
    commit()
    done = run("matrix", "--since", "nothing")
    assert done.status == 2
    assert "git does not know the revision" in done.err
