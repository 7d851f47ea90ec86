from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.sync import State
from fgd_sync.render.progress import Standing, progress_output
from render_samples import hostile
from runner.lines import command, lines


def test_one_fabric_has_its_stage_in_the_title() -> None:
    output = progress_output({"north": Standing(State.PROCESSING, 40, 120, 2)})
    assert output.title == "north reads and checks files (stage 4 of 6), 40 of 120 files, 2 errors so far"
    assert output.summary == (
        "- <code>north</code> reads and checks files (stage 4 of 6), 40 of 120 files, 2 errors so far\n"
    )


def test_several_fabrics_are_counted_and_listed() -> None:
    output = progress_output({"north": Standing(State.COMPLETED), "south": Standing(State.FAILED), "west": Standing()})
    assert output.title == "2 of 3 fabrics done"
    assert (
        output.summary == "- <code>north</code> is done\n- <code>south</code> has failed\n- <code>west</code> waits\n"
    )


def test_a_run_that_has_just_begun_says_so() -> None:
    assert progress_output({}).title == "starting"


def test_a_list_of_very_many_fabrics_is_cut() -> None:
    assert progress_output({f"f{n}": Standing() for n in range(5000)}).summary.endswith("- and 4900 more fabrics\n")


@given(
    st.dictionaries(hostile, st.builds(Standing, hostile, st.integers(0), st.integers(0), st.integers(0)), max_size=4)
)
def test_any_name_and_state_stay_text(fabrics: dict[str, Standing]) -> None:
    output = progress_output(fabrics)
    assert output.title.isprintable()
    assert len(output.title) < 255
    assert not any(map(command, lines(output.summary)))
