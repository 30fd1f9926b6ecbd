"""The watch sees a call end by return and by exception, from another thread too."""

import threading

import pytest

from vqkeras.energy.call_watch import CallWatch


def fit(body):
    return body(CallWatch("fit"))


def test_running_until_the_return():
    watches = []

    def body(watch):
        watches.append(watch)
        assert not watch.has_ended()

    fit(body)
    assert watches[0].has_ended()
    assert watches[0].has_ended(), "it remembers"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_running_until_the_exception(error):
    watches = []

    def body(watch):
        watches.append(watch)
        raise error

    with pytest.raises(error):
        fit(body)
    assert watches[0].has_ended()


def test_seen_from_another_thread():
    answers = []

    def body(watch):
        thread = threading.Thread(target=lambda: answers.append(watch.has_ended()))
        thread.start()
        thread.join()
        return watch

    watch = fit(body)
    thread = threading.Thread(target=lambda: answers.append(watch.has_ended()))
    thread.start()
    thread.join()
    assert answers == [False, True]


def test_a_call_that_is_not_there_never_ends():
    assert not CallWatch("no such function").has_ended()
