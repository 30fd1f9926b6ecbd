"""From the click to the new sound, in Chromium: a box of half a second.

The clock runs from the click on the tool's button to the moment the player starts the
edited sound: request, model, phase, answer and decoding. Sounds are drums in a loop, of
several lengths. Exits with 1 if a median exceeds 250 ms.

    python tests/benchmarks/bench_page.py [--model X.tflite] [--screenshots DIR]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ROUNDS = 15
TARGET_MS = 250.0
LENGTHS_S = (4, 30, 180)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--autoplay-policy=no-user-gesture-required --mute-audio"
)
OPEN = """
const [seconds, done] = arguments;
Promise.all([
  import("/static/main.js").then((m) => m.page),
  import("/static/api.js"),
  import("/static/keep/wav_layout.js"),
  import("/static/keep/wav_writer.js"),
]).then(async ([{ session }, { getExample }, { channelsOf, wavLayout }, { wavOf }]) => {
  const wav = await getExample(session.model.examples[0]);
  const layout = wavLayout(wav);
  const [samples] = channelsOf(wav, layout);
  const length = Math.round(seconds * layout.rate);
  const loop = new AudioBuffer({ length, sampleRate: layout.rate });
  const data = loop.getChannelData(0);
  for (let i = 0; i < length; i += 1) data[i] = samples[i % samples.length];
  const start = performance.now();
  await session.open("drums.wav", wavOf(loop));
  done(performance.now() - start);
});
"""
SELECT = """
const [start, end, low, high, done] = arguments;
import("/static/main.js").then((m) => m.page).then(({ session }) => {
  session.selection.box = { start, end, low, high };
  session.dispatchEvent(new Event("selection"));
  done(session.selection.count);
});
"""
CLICK = """
const [variations, done] = arguments;
import("/static/main.js").then((m) => m.page).then(({ session }) => {
  session.player.stop();
  document.getElementById("variations").value = variations;
  const start = performance.now();
  session.player.addEventListener("change", function heard() {
    if (!session.player.playing) return;
    session.player.removeEventListener("change", heard);
    const waited = performance.now() - start;
    const told = () => {
      const { report, patch } = session.history.sound;
      const [request] = performance.getEntriesByType("resource").slice(-1);
      done({
        waited,
        answer: request.responseEnd - request.startTime,
        seconds: report.seconds,
        received: patch.byteLength,
      });
    };
    const end = () => (session.work ? setTimeout(end, 20) : told());
    end();
  });
  document.getElementById("apply").click();
});
"""
# Name, width, height, theme.
SCREENSHOTS = (
    ("desktop-light", 1440, 900, "light"),
    ("desktop-dark", 1440, 900, "dark"),
    ("phone-light", 390, 844, "light"),
    ("phone-dark", 390, 844, "dark"),
    ("phone-side", 844, 390, "dark"),
    ("desktop-forced", 1440, 900, "forced"),
    ("phone-forced", 390, 844, "forced"),
)


def start_browser(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    driver.set_script_timeout(300)
    return driver


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--screenshots", type=Path)
    arguments = parser.parse_args()
    if shutil.which("chromedriver") is None:
        print("Chromium is not installed: apt-get install chromium-driver")
        return 0
    command = [sys.executable, "-m", "edge_runtime", "serve", "--port", "0"]
    if arguments.model:
        command += ["--model", str(arguments.model)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        tempfile.TemporaryDirectory() as profile,
    ):
        driver = None
        try:
            print(process.stdout.readline().strip())
            address = process.stdout.readline().split()[1]
            driver = start_browser(profile)
            good = measure(driver, address)
            if arguments.screenshots:
                take_screenshots(driver, address, arguments.screenshots)
        finally:
            if driver:
                driver.quit()
            process.terminate()
    return 0 if good else 1


def measure(driver, address):
    driver.get(address)
    good = True
    for seconds in LENGTHS_S:
        opened = driver.execute_async_script(OPEN, seconds)
        driver.execute_async_script(SELECT, 1.2, 1.7, 400, 2000)
        clicks = [driver.execute_async_script(CLICK, 1) for _ in range(ROUNDS + 1)][1:]
        waits = [click["waited"] for click in clicks]
        median = statistics.median(waits)
        stages = {
            name: 1000 * statistics.median(click["seconds"][name] for click in clicks)
            for name in clicks[0]["seconds"]
        }
        answer = statistics.median(click["answer"] for click in clicks)
        print(
            f"{seconds} s of sound, opened in {opened:.0f} ms; click to sound: median "
            f"{median:.0f} ms, fastest {min(waits):.0f}, slowest {max(waits):.0f}, "
            f"{ROUNDS} edits (target {TARGET_MS:.0f} ms)"
        )
        largest = sorted(stages.items(), key=lambda stage: -stage[1])
        print(
            f"  answer after {answer:.0f} ms, {sum(stages.values()):.0f} of them in "
            + ", ".join(f"{name} {ms:.0f}" for name, ms in largest if ms >= 1)
            + f"; {clicks[0]['received'] / 1000:.0f} kB received"
        )
        good &= median < TARGET_MS
    return good


def take_screenshots(driver, address, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height, theme in SCREENSHOTS:
        forced = "active" if theme == "forced" else "none"
        feature = [
            {"name": "prefers-color-scheme", "value": theme.replace("forced", "dark")},
            {"name": "forced-colors", "value": forced},
        ]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": width,
                "height": height,
                "deviceScaleFactor": 1,
                "mobile": width < 900,
            },
        )
        driver.get("about:blank")
        driver.get(address)
        driver.execute_async_script(OPEN, 4)
        driver.execute_async_script(SELECT, 1.0, 2.0, 120, 6000)
        driver.execute_async_script(CLICK, 3)
        threading.Event().wait(1)  # the playhead moves: let the picture settle
        driver.save_screenshot(str(folder / f"{name}.png"))


if __name__ == "__main__":
    sys.exit(main())
