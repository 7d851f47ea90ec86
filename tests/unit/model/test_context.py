from fgd_sync.model.context import PullRequest, RunContext

FORK = PullRequest(7, "add-vpc", "a" * 40, "guest/fabrics", "main", "b" * 40, is_fork=True)


def test_a_run_on_a_pull_request_is_about_its_head_not_the_merge_commit() -> None:
    assert RunContext(sha="c" * 40, pull_request=FORK).commit == "a" * 40
    assert RunContext(sha="c" * 40).commit == "c" * 40


def test_only_a_pull_request_of_another_repository_is_from_a_fork() -> None:
    assert RunContext(pull_request=FORK).is_fork
    assert not RunContext().is_fork


def test_a_desk_knows_no_repository() -> None:
    assert not RunContext().is_on_github
    assert RunContext(server_url="https://git.example.org", repository="net/fabrics").is_on_github
