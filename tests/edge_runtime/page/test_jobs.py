"""The bounded queue, seen from outside: 429, 503, and clients that leave."""

import asyncio
import json
import threading

import pytest

from edge_runtime.page.answer import Refusal
from edge_runtime.page.jobs import Jobs
from edge_runtime.page.limits import Limits

EDIT = {"tool": "inpaint", "time": [0.4, 0.6]}


@pytest.fixture
def held_up(slow_codec):
    """No job gets further than its encoder until the test ends or sets the gate."""
    slow_codec.gate.clear()
    yield slow_codec.gate
    slow_codec.gate.set()


def wait_for(client, **numbers):
    for _ in range(1000):
        health = client.health()
        if all(health[name] == number for name, number in numbers.items()):
            return
        threading.Event().wait(0.02)
    pytest.fail(f"expected {numbers}, there is {health}")


def start_edits(client, count, wav):
    """Send edits in threads; gives the threads and the list their answers go to."""
    answers = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(
                client.post("/api/edit", sound=wav, edit=EDIT)
            )
        )
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    return threads, answers


def test_one_client_may_have_so_many_jobs(client, noise_wav, held_up, limits):
    threads, answers = start_edits(client, limits.jobs_per_client, noise_wav)
    wait_for(client, running=2, waiting=2)
    status, headers, body = client.post("/api/edit", sound=noise_wav, edit=EDIT)
    assert status == 429 and headers["Retry-After"] == "1"
    assert "You have 4 jobs" in json.loads(body)["error"]
    held_up.set()
    for thread in threads:
        thread.join(30)
    assert [status for status, *_ in answers] == [200] * limits.jobs_per_client
    assert len({body for *_, body in answers}) == 1


def test_all_clients_together_too(client, client_at, noise_wav, held_up, limits):
    groups = [
        start_edits(client_at(source), count, noise_wav)
        for count, source in ((2, "127.0.0.1"), (limits.waiting, "127.0.0.2"))
    ]
    wait_for(client, running=2, waiting=limits.waiting)
    status, headers, body = client_at("127.0.0.3").post(
        "/api/edit", sound=noise_wav, edit=EDIT
    )
    assert status == 503 and headers["Retry-After"] == "2"
    assert "too many jobs wait" in json.loads(body)["error"]
    held_up.set()
    for threads, answers in groups:
        for thread in threads:
            thread.join(30)
        assert all(status == 200 for status, *_ in answers)


def test_jobs_of_clients_that_left_are_not_done(client, noise_wav, held_up, form_of):
    threads, _ = start_edits(client, 2, noise_wav)
    wait_for(client, running=2)
    content_type, body = form_of(sound=noise_wav, edit=EDIT)
    with client.connect() as leaving:
        leaving.sendall(
            f"POST /api/edit HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            f"{content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        wait_for(client, waiting=1)
    wait_for(client, waiting=0, running=2)
    held_up.set()
    for thread in threads:
        thread.join(30)


def test_jobs_that_come_at_the_same_moment_find_the_free_workers():
    """As many as may run and wait are taken, though none has begun yet."""

    async def forever():
        await asyncio.Event().wait()

    async def all_at_once(count):
        jobs = Jobs(Limits(waiting=3, jobs_per_client=100), ["one", "two"])
        runs = [jobs.run("client", forever, str.upper) for _ in range(count)]
        return await asyncio.gather(*runs, return_exceptions=True)

    taken = asyncio.run(all_at_once(5))
    assert len(taken) == 5 and set(taken) <= {"ONE", "TWO"}
    *taken, last = asyncio.run(all_at_once(6))
    assert set(taken) <= {"ONE", "TWO"}
    assert isinstance(last, Refusal) and last.status == 503


def test_a_small_job_does_not_wait_for_all_large_ones_before_it():
    """And a large one does not wait for ever: later small ones come after it."""
    begun, gate = [], threading.Event()

    async def forever():
        await asyncio.Event().wait()

    async def one_worker():
        jobs = Jobs(Limits(waiting=9, jobs_per_client=100), ["one"])

        def run(name, body_bytes):
            def work(_):
                begun.append(name)
                gate.wait(5)

            return asyncio.create_task(
                jobs.run("client", forever, work, body_bytes=body_bytes)
            )

        asked = [run("running", 0)]
        asked += [run(f"large {i}", 100_000 + i) for i in range(2)] + [run("small", 1)]
        await asyncio.sleep(0.2)  # as long as the large ones are put back, and more
        asked.append(run("late", 1))
        await asyncio.sleep(0)
        assert (jobs.running, jobs.waiting) == (1, 4)
        gate.set()
        await asyncio.gather(*asked)
        assert (jobs.running, jobs.waiting) == (0, 0)

    asyncio.run(one_worker())
    assert begun == ["running", "small", "large 0", "large 1", "late"]


def test_large_jobs_leave_a_worker_for_small_ones():
    gate = threading.Event()

    async def forever():
        await asyncio.Event().wait()

    async def two_workers():
        jobs = Jobs(Limits(waiting=9, jobs_per_client=100), ["one", "two"])
        large = [
            asyncio.create_task(
                jobs.run("client", forever, lambda _: gate.wait(5), body_bytes=2 << 20)
            )
            for _ in range(3)
        ]
        await asyncio.sleep(0.05)
        assert (jobs.running, jobs.waiting) == (1, 2)
        assert await jobs.run("other", forever, str.upper, body_bytes=9) == "TWO"
        gate.set()
        await asyncio.gather(*large)
        assert (jobs.running, jobs.waiting, jobs._large) == (0, 0, 0)

    asyncio.run(two_workers())
