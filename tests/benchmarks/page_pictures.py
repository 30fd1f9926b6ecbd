"""Pictures of the page: on a desk and a phone, light, dark and in forced colours.

Each is taken after an edit of drums in three takes, from a server of its own.

    python tests/benchmarks/page_pictures.py report/page
"""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from itertools import product
from pathlib import Path

from page_browser import CLICK, OPEN, SELECT, page_in_browser
from PIL import Image

SIZES = {"desktop": (1440, 900), "phone": (390, 844), "phone-side": (844, 390)}
COLOURS = 64  # of a picture, which makes it a third as large
THEMES = {
    "light": ("light", "none"),
    "dark": ("dark", "none"),
    "forced": ("dark", "active"),
}
# All controls at rest, and the picture as it is when all of it has been computed.
SETTLED = """
const [done] = arguments;
import("/static/main.js").then((m) => m.page).then(({ session }) => {
  session.player.stop();
  setTimeout(done, 3000);
});
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with page_in_browser(arguments.model) as (driver, address, _):
        for (size, extent), (theme, colours) in product(SIZES.items(), THEMES.items()):
            show(driver, address, extent, *colours)
            seen = Image.open(BytesIO(driver.get_screenshot_as_png()))
            seen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
                arguments.folder / f"{size}-{theme}.png", optimize=True
            )
    return 0


def show(driver, address, extent, scheme, forced):
    """The page after an edit of three takes."""
    features = {"prefers-color-scheme": scheme, "forced-colors": forced}
    media = [{"name": name, "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    size = dict(zip(("width", "height"), extent, strict=True))
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {**size, "deviceScaleFactor": 1, "mobile": extent[0] < 900},
    )
    driver.get("about:blank")
    driver.get(address)
    driver.execute_async_script(OPEN, 4)
    driver.execute_async_script(SELECT, 1.0, 2.0, 120, 6000)
    driver.execute_async_script(CLICK, 3)
    driver.execute_async_script(SETTLED)


if __name__ == "__main__":
    sys.exit(main())
