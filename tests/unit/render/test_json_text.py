import json

from fgd_sync.render.json_text import to_json_line


def test_a_line_is_ascii_on_one_line_and_holds_no_command_of_the_runner() -> None:
    value = {"text": "a\nb\u2028 ##[error]x ::error::y \x1b[31m Ω", "raw": "\udcff"}
    line = to_json_line(value)
    assert line.isascii()
    assert line.isprintable()
    assert "##[" not in line
    assert json.loads(line) == {**value, "raw": "\\xff"}
