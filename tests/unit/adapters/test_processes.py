import os
import signal
import time
from collections.abc import Sequence

import pytest

from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.processes import Processes
from fgd_sync.model.code import INVALID_YAML
from fgd_sync.model.tree import Tree
from fgd_sync.planning.options import Options
from fgd_sync.planning.plan import plan
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue

MUCH = 100_000
"""A cost for which a helper is started."""


def cost_of(items: Sequence[object]) -> list[int]:
    return [MUCH] * len(items)


def test_results_come_in_the_order_of_the_items() -> None:
    items = list(range(1000))
    assert list(Processes(3)(lambda number: number * 2, items, cost_of(items))) == [number * 2 for number in items]


def test_much_work_is_shared_with_other_processes() -> None:
    items = list(range(51))  # After the first one an even number: for each that is done here the helper does one.
    gate, opened = os.pipe()

    def work(number: int) -> int:
        """This process waits, once it is helped, for a helper to do something."""
        if os.getpid() != us:
            os.write(opened, b"x")
        elif number:
            os.read(gate, 1)
        return os.getpid()

    us = os.getpid()
    done = list(Processes(2, batch_size=1)(work, items, cost_of(items)))
    os.close(gate)
    os.close(opened)
    assert len(set(done)) == 2
    assert done[0] == us


@pytest.mark.parametrize(("processes", "costs"), [(Processes(1), MUCH), (Processes(4), 1), (Processes(0), 10)])
def test_little_work_and_work_for_one_is_done_here(processes: Processes, costs: int) -> None:
    items = list(range(100))
    assert set(processes(lambda _: os.getpid(), items, [costs] * len(items))) == {os.getpid()}


def test_a_process_that_has_grown_large_does_all_work_itself() -> None:
    large = Processes(4, most_memory=1)
    items = list(range(100))
    assert set(large(lambda _: os.getpid(), items, cost_of(items))) == {os.getpid()}
    with large.beside(os.getpid, MUCH) as result:
        assert result() == os.getpid()


def test_what_the_work_raises_is_raised_here() -> None:
    def work(number: int) -> int:
        if number == 70:
            raise ValueError("seventy")
        return number

    items = list(range(100))
    with pytest.raises(ValueError, match="seventy"):
        list(Processes(2, batch_size=7)(work, items, cost_of(items)))


def test_the_work_of_a_killed_helper_is_done_here() -> None:
    us = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != us:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    items = list(range(200))
    assert list(Processes(3, batch_size=5)(work, items, cost_of(items))) == items


def test_no_helper_is_left_behind() -> None:
    items = list(range(40))
    list(Processes(2)(lambda number: number, items, cost_of(items)))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_codes_keep_their_identity_on_the_way() -> None:
    items = list(range(40))
    assert all(item is INVALID_YAML for item in Processes(2)(lambda _: INVALID_YAML, items, cost_of(items)))


BROKEN = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {}\nspec:\n  vlna: 1\n"
SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {}  # ours\nspec: {{}}\n"
ATTACHMENT = (
    "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\nmetadata:\n  name: {}\n"
    "spec:\n  subnet: nowhere/default\n  connection: none\n"
)


def test_a_plan_is_the_same_however_the_work_is_spread() -> None:
    forms = (SERVER, SERVER, BROKEN, ATTACHMENT, "- {}\n", "a: [\n")
    files = {f"raw/{number:04d}.yaml": forms[number % 6].format(f"r-{number}").encode() for number in range(3000)}
    tree, options = Tree(files), Options("north", Catalogue(load), Context())
    alone, spread = plan(tree, options), plan(tree, options, spread=Processes(2))
    assert alone == spread
    assert alone.digest == spread.digest


def test_work_is_done_beside_other_work() -> None:
    with Processes(2).beside(os.getpid, MUCH) as process:
        assert process() != os.getpid()


@pytest.mark.parametrize(("processes", "cost"), [(Processes(1), MUCH), (Processes(4), 1)])
def test_little_work_and_work_for_one_is_not_done_beside_other_work(processes: Processes, cost: int) -> None:
    with processes.beside(os.getpid, cost) as process:
        assert process() == os.getpid()


def test_what_work_raises_beside_other_work_is_raised_here() -> None:
    def work() -> int:
        raise ValueError("seventy")

    with Processes(2).beside(work, MUCH) as result, pytest.raises(ValueError, match="seventy"):
        result()


def test_work_beside_other_work_is_done_here_if_its_process_dies() -> None:
    us = os.getpid()

    def work() -> int:
        if os.getpid() != us:
            os.kill(os.getpid(), signal.SIGKILL)
        return 7

    with Processes(2).beside(work, MUCH) as result:
        assert result() == 7


def test_work_whose_result_nobody_wants_any_more_is_ended() -> None:
    gate, opened = os.pipe()
    with pytest.raises(ValueError, match="elsewhere"), Processes(2).beside(lambda: os.read(gate, 1), MUCH):
        raise ValueError("elsewhere")
    os.close(gate)
    with pytest.raises(BrokenPipeError):  # Nobody waits at the gate.
        os.write(opened, b"x")
    os.close(opened)


def test_steps_are_done_by_one_other_process_which_keeps_what_it_learnt() -> None:
    learnt: list[int] = []

    def first() -> int:
        learnt.append(os.getpid())
        return os.getpid()

    with Processes(2).steps((first, lambda: learnt), MUCH) as steps:
        steps.start()
        helper = steps.result()
        assert (helper != os.getpid(), learnt) == (True, [])
        steps.start()
        assert steps.result() == [helper]


def test_a_step_waits_until_it_is_started() -> None:
    seen, told = os.pipe()
    os.set_blocking(seen, False)
    works = (lambda: None, lambda: os.write(told, b"x"))
    with Processes(2).steps(works, MUCH) as steps:
        steps.start()
        steps.result()
        time.sleep(0.05)
        with pytest.raises(BlockingIOError):
            os.read(seen, 1)
        steps.start()
        steps.result()
    assert os.read(seen, 2) == b"x"
    os.close(seen)
    os.close(told)


def test_steps_are_done_here_from_the_one_on_at_which_their_process_died() -> None:
    us = os.getpid()

    def fatal() -> int:
        if os.getpid() != us:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    done = []
    with Processes(2).steps((os.getpid, fatal, os.getpid), MUCH) as steps:
        for _ in range(3):
            steps.start()
            done.append(steps.result())
    assert (done[0] != us, done[1:]) == (True, [us, us])


@pytest.mark.parametrize(("processes", "cost"), [(Processes(1), MUCH), (Processes(4), 1)])
def test_little_steps_are_done_here(processes: Processes, cost: int) -> None:
    with processes.steps((os.getpid,), cost) as steps:
        steps.start()
        assert steps.result() == os.getpid()
