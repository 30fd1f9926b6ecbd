"""Kept results: made once, made again when what they came from changes."""

from vqkeras.reproduce.kept import Kept


def counted(made, result):
    def make():
        made.append(1)
        return result

    return make


def test_a_result_is_made_once(tmp_path):
    made = []
    for _ in range(2):
        kept = Kept(tmp_path).result("a/b", {"x": (1, 2)}, counted(made, {"y": (3,)}))
        # As it reads back from JSON, also the first time.
        assert kept == {"y": [3]}
    assert len(made) == 1


def test_another_source_makes_it_again(tmp_path):
    made = []
    for source in ({"x": 1}, {"x": 2}, {"x": 2}):
        Kept(tmp_path).result("a", source, counted(made, source))
    assert len(made) == 2
    assert Kept(tmp_path).result("a", {"x": 2}, counted(made, {})) == {"x": 2}


def test_a_missing_file_makes_it_again(tmp_path):
    made, figure = [], tmp_path / "figure.png"
    for _ in range(3):
        figure.touch()
        Kept(tmp_path).result("a", {}, counted(made, {}), files=[figure])
    assert len(made) == 1
    figure.unlink()
    Kept(tmp_path).result("a", {}, counted(made, {}), files=[figure])
    assert len(made) == 2


def test_an_interrupted_result_leaves_nothing(tmp_path):
    def interrupted():
        raise KeyboardInterrupt

    made = []
    try:
        Kept(tmp_path).result("a", {}, interrupted)
    except KeyboardInterrupt:
        made.append("interrupted")
    assert Kept(tmp_path).result("a", {}, counted(made, {"z": 1})) == {"z": 1}
    assert made == ["interrupted", 1]
