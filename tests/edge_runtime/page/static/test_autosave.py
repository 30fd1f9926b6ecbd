"""Nothing is lost by reloading, leaving, or opening another sound."""

import numpy as np

OPEN = """
const open = () => new Promise((done, failed) => {
  const request = indexedDB.open("vqkeras-page");
  request.onsuccess = () => done(request.result);
  request.onerror = failed;
});
"""
SAVED = (
    OPEN
    + """
const stored = (await open()).transaction("sessions").objectStore("sessions").getAll();
const records = await new Promise((done) => {
  stored.onsuccess = () => done(stored.result);
});
return records.map(({ saved }) => [saved.sound.name, saved.steps.length]).sort();
"""
)


def until_stored(page, *sessions):
    """Wait until just these are stored: names and numbers of steps."""
    for _ in range(600):
        if page.run(SAVED) == [list(each) for each in sessions]:
            return
    raise AssertionError(page.run(SAVED))


def test_reloading_and_opening_another_sound(open_page, tmp_path, noise_wav, wav_of):
    page = open_page()
    until_stored(page)  # an example nobody has touched
    page.open("noise.wav", noise_wav, tmp_path)
    page.run("document.getElementById('details').open = true")
    page.press("noise")
    page.drag((0.1, 0.2), (0.2, 0.5), (0.3, 0.9))
    page.apply(variations=2)
    page.keys("2k")
    page.type("mix", 0.6)
    until_stored(page, ("noise.wav", 1))
    first, box = page.wav().samples, page.box()
    tone = wav_of(0.3 * np.sin(np.arange(6000) / 3), 8000)
    page.open("tone.wav", tone, tmp_path)
    page.click("select-all")
    page.apply()  # and at once away, before anything has come to rest
    page.open("other.wav", noise_wav, tmp_path)
    until_stored(page, ("noise.wav", 1), ("other.wav", 0), ("tone.wav", 1))

    page = open_page(fresh=False)
    assert page.run("return session.sound.name") == "other.wav"
    assert "other.wav: as you left it" in page.find("status").text
    page.find("earlier").click()
    page.until("return document.getElementById('earlier').open")
    earlier = page.find("earlier-list").find_elements("tag name", "button")
    names = [button.text.split(", ")[:2] for button in earlier]
    assert names == [["tone.wav", "1 step"], ["noise.wav", "1 step"]]
    sent = "return performance.getEntriesByType('resource').length"
    before = page.run(sent)
    earlier[1].click()
    page.until("return document.getElementById('kept').hidden === false")
    np.testing.assert_array_equal(page.wav().samples, first)
    assert page.box() == box and page.run(sent) == before  # no server was asked
    page.keys("1")
    assert (page.wav().samples != first).any()
    page.find("kept-takes").find_element("tag name", "button").click()
    page.click("undo")
    page.click("redo")
    page.apply()
    until_stored(page, ("noise.wav", 2), ("other.wav", 0), ("tone.wav", 1))
    page.find("earlier").click()
    page.click("forget-earlier")
    until_stored(page, ("noise.wav", 2))
    page.until("return document.getElementById('earlier').hidden")


def test_a_sound_opened_over_a_stored_session_leaves_it_alone(
    open_page, tmp_path, noise_wav
):
    page = open_page()
    page.open("noise.wav", noise_wav, tmp_path)
    page.click("select-all")
    page.apply()
    until_stored(page, ("noise.wav", 1))
    page.open("other.wav", noise_wav, tmp_path)
    until_stored(page, ("noise.wav", 1), ("other.wav", 0))
    page.run(
        "const { player } = session, { useRate } = player;"
        "player.useRate = async (rate) => {"
        "  player.useRate = useRate;"
        "  await new Promise((done) => { window.goOn = done; });"
        "  return useRate.call(player, rate);"
        "}"
    )
    page.find("earlier").click()
    page.until("return document.getElementById('earlier').open")
    page.find("earlier-list").find_element("tag name", "button").click()
    page.until("return window.goOn !== undefined")
    page.open("third.wav", noise_wav, tmp_path)
    page.run("goOn()")
    until_stored(page, ("noise.wav", 1), ("other.wav", 0), ("third.wav", 0))
    assert page.run("return session.sound.name") == "third.wav"


def test_the_list_of_earlier_sessions_stays_while_another_is_stored(
    open_page, tmp_path, noise_wav
):
    page = open_page()
    page.open("noise.wav", noise_wav, tmp_path)
    until_stored(page, ("noise.wav", 0))
    page.open("other.wav", noise_wav, tmp_path)
    until_stored(page, ("noise.wav", 0), ("other.wav", 0))
    page.find("earlier").click()
    shown = page.find("earlier-list").find_element("tag name", "button")
    page.click("select-all")
    page.apply()
    until_stored(page, ("noise.wav", 0), ("other.wav", 1))
    page.run("await new Promise((done) => setTimeout(done, 200))")  # and it is drawn
    assert shown.text.startswith("noise.wav")  # the same button, not one in its place
    page.open("third.wav", noise_wav, tmp_path)
    until_stored(page, ("noise.wav", 0), ("other.wav", 1), ("third.wav", 0))
    page.until(
        "return document.getElementById('earlier-list').textContent"
        ".startsWith('other.wav, 1 step')"
    )


LOCKED = """
const { locks } = navigator, names = records.map(({ id }) => `session ${id}`);
await Promise.all(names.map((name) => new Promise((done) =>
  locks.request(name, { ifAvailable: true }, (lock) => {
    done();
    return lock && new Promise((release) => (window.letGo ??= []).push(release));
  }))));
"""


def test_what_another_window_has_open_is_not_forgotten(open_page, tmp_path, noise_wav):
    page = open_page()
    page.open("noise.wav", noise_wav, tmp_path)
    until_stored(page, ("noise.wav", 0))
    page.open("other.wav", noise_wav, tmp_path)
    both = ("noise.wav", 0), ("other.wav", 0)
    until_stored(page, *both)
    page.run(SAVED.replace("return records", LOCKED + "return records"))
    page.find("earlier").click()
    page.click("forget-earlier")
    said = "return document.getElementById('status').textContent"
    page.until(f"{said}.startsWith('Forgotten')")
    until_stored(page, *both)
    page.run("for (const release of letGo) release()")
    page.find("earlier").click()
    page.click("forget-earlier")
    until_stored(page, ("other.wav", 0))
    # Forgotten all the same, where windows cannot know of each other: all is sent anew.
    page.run(
        OPEN
        + "const all = (await open()).transaction(['sessions', 'parts'], 'readwrite');"
        "all.objectStore('sessions').clear(); all.objectStore('parts').clear();"
        "await new Promise((done) => { all.oncomplete = done; });"
    )
    page.click("select-all")
    page.apply()
    until_stored(page, ("other.wav", 1))
    parts = OPEN + (
        "const keys = (await open()).transaction('parts').objectStore('parts')"
        ".getAllKeys();"
        "await new Promise((done) => { keys.onsuccess = done; });"
        "return keys.result.map((key) => key[1])"
    )
    assert sorted(page.run(parts)) == ["sound", "take"]


def test_a_passage_comes_back_with_its_song(open_page, tmp_path, wav_of):
    page = open_page()
    song = tmp_path / "song.wav"
    audio = np.random.default_rng(8).normal(scale=0.05, size=6 * 8000)
    song.write_bytes(wav_of(audio))
    page.find("file").send_keys(str(song))
    page.until("return document.getElementById('passage').open")
    page.type("passage-length", 2.0)
    page.type("passage-start", 3.0)
    page.driver.find_element("css selector", "#passage .primary").click()
    page.until("return document.getElementById('another-passage').hidden === false")
    until_stored(page, ("song.wav", 0))
    page = open_page(fresh=False)
    assert page.find("another-passage").is_displayed()
    assert page.run("return [session.song.first, session.song.blob.size]") == [
        24_000,
        song.stat().st_size,
    ]


def test_where_nothing_can_be_stored_leaving_asks(page):
    leaving = """
    const event = new Event("beforeunload", { cancelable: true });
    dispatchEvent(event);
    return event.defaultPrevented;
    """
    page.press("noise")
    page.click("select-all")
    page.apply()
    until_saved = "return document.getElementById('status').textContent"
    for _ in range(600):
        if page.run(leaving) is False:
            break
    page.run(
        "window.real = IDBDatabase.prototype.transaction;"
        "IDBDatabase.prototype.transaction = () => { throw new Error('full'); };"
    )
    try:
        page.apply()
        page.until(f"{until_saved}.includes('This browser stores nothing')")
        assert page.run(leaving) is True
    finally:
        page.run("IDBDatabase.prototype.transaction = window.real")
