"""`make docs`: the API reference, one page a module, made from the docstrings."""

import importlib
import sys
import warnings
from pathlib import Path

import pdoc

# Of a checkout, in which it is run.
PACKAGES = ("edge_runtime", "vqkeras", "export")


def module_names() -> list[str]:
    """All modules of the three packages, but for those that are commands alone."""
    paths = sorted(path for name in PACKAGES for path in Path(name).rglob("*.py"))
    return [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in paths
        if path.stem != "__main__"
    ]


def load(name: str) -> None:
    """Import a module, and all that it offers only when asked for it."""
    module = importlib.import_module(name)
    for offered in getattr(module, "__all__", ()):
        setattr(module, offered, getattr(module, offered))


def is_named(name: str) -> bool:
    """Whether pdoc must be told of a module: it finds those that its package offers."""
    parent, _, last = name.rpartition(".")
    return not parent or last not in getattr(sys.modules[parent], "__all__", [last])


def main(out: Path) -> None:
    """Write the pages; a warning of pdoc ends it."""
    names = module_names()
    for name in names:
        load(name)
    warnings.simplefilter("error")
    # The types of an `__init__` that a base class wrote; they stay as written there.
    warnings.filterwarnings("ignore", "Error parsing type annotation")
    pdoc.render.configure(docformat="google", show_source=False)
    pdoc.pdoc(*filter(is_named, names), output_directory=out)
    print(f"{len(names)} modules: open {out / 'index.html'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
