"""Recording from Chromium's fake microphone, which beeps once a second."""

import numpy as np


def test_what_is_recorded_is_opened(page):
    # In one go: how long it records must not depend on how busy the machine is.
    page.run(
        """
        const button = document.getElementById("record");
        const said = (text) => new Promise((done) => {
          const is = () => button.textContent === text;
          const look = () => (is() ? done() : setTimeout(look, 5));
          look();
        });
        button.click();
        await said("Stop");
        if (button.ariaPressed !== "true") throw new Error("not pressed");
        await new Promise((done) => setTimeout(done, 1200));
        button.click();
        await said("Record");
        """
    )
    assert page.run("return session.sound.name").startswith("recording")
    wav = page.wav()
    assert wav.subtype == "FLOAT" and wav.sample_rate >= 8000
    assert 1.0 < len(wav.samples) / wav.sample_rate < 5
    assert np.abs(wav.samples).max() > 0.01


def test_a_microphone_that_may_not_be_used_is_said(page):
    page.run(
        "navigator.mediaDevices.getUserMedia = () =>"
        "  Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.click("record")
    page.until("return !document.getElementById('alert').hidden")
    assert "may not use the microphone" in page.find("alert").text
    assert page.find("record").text == "Record"
    page.run("delete navigator.mediaDevices.getUserMedia")
