"""Every reader of what others send or leave, with whole inputs to begin from."""

from tests.fuzz import bundles, data, live, page, sounds
from tests.fuzz.reader import Reader

READERS: dict[str, Reader] = {
    **sounds.READERS,
    **page.READERS,
    **live.READERS,
    **bundles.READERS,
    **data.READERS,
}


def counts(total: int, least: int = 3) -> dict[str, int]:
    """How many inputs each reader gets, by its weight, so that all get `total`."""
    weights = sum(reader.weight for reader in READERS.values())
    return {
        name: max(least, round(total * reader.weight / weights))
        for name, reader in READERS.items()
    }
