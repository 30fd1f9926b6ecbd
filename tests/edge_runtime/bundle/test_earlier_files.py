"""Earlier files of the shipped models that give the same bits."""

from edge_runtime.bundle import earlier_files
from edge_runtime.bundle.shipped import SHIPPED_MODELS, load_model
from edge_runtime.codes.codes_file import model_digest


def test_the_table_is_about_the_files_that_ship():
    """An export anew has other codes: whoever ships it clears its rows."""
    bundles = [load_model(name) for name in SHIPPED_MODELS]
    now = {model_digest(bundle).hex() for bundle in bundles}
    now |= {bundle.sha256 for bundle in bundles}
    assert set(earlier_files._EARLIER) <= now
    earlier = [each for key in now for each in earlier_files.earlier_of(key)]
    assert len(set(earlier) | now) == len(earlier) + len(now)
    assert {len(bytes.fromhex(each)) for each in earlier} == {32}
