"""The page in Chromium, with a server of its own, and what is done there by script."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

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
# People listen before they click again.
CLICK = """
const HEARD_MS = 500;
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
    const end = () => (session.work ? setTimeout(end, 20) : setTimeout(told, HEARD_MS));
    end();
  });
  document.getElementById("apply").click();
});
"""


@contextlib.contextmanager
def page_in_browser(model=None):
    """Start a server and a browser; gives the driver, the address and the server.

    Raises:
        SystemExit: If there is no Chromium.
    """
    if shutil.which("chromedriver") is None:
        print("Chromium is not installed: apt-get install chromium-driver")
        raise SystemExit(0)
    command = [sys.executable, "-m", "edge_runtime", "serve", "--port", "0"]
    if model:
        command += ["--model", str(model)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        tempfile.TemporaryDirectory() as profile,
    ):
        driver = None
        try:
            print(process.stdout.readline().strip())
            address = process.stdout.readline().split()[1]
            driver = _browser(profile)
            yield driver, address, process
        finally:
            if driver:
                driver.quit()
            process.terminate()


def _browser(profile):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    driver.set_script_timeout(300)
    return driver
