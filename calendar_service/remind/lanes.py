"""Several messages under way at a time, with what became of them written down in groups as they come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, TypeAlias, TypeVar

LINGER = 0.001  # seconds

Work = TypeVar("Work")
Result = TypeVar("Result")
Send: TypeAlias = Callable[[Iterator[Work], Callable[[Result], None]], None]


class _Lanes(Generic[Work, Result]):
    def __init__(self, work: Sequence[Work], send: Send[Work, Result], in_doubt: int) -> None:
        self.send = send
        self.waiting: SimpleQueue[Work] = SimpleQueue()
        for item in work:
            self.waiting.put(item)
        self.results: SimpleQueue[Result | BaseException | None] = SimpleQueue()
        self.room = threading.Semaphore(in_doubt)
        self.stopped = False

    def run(self) -> None:
        """One lane, until nothing waits; None in the results says that it has ended."""
        try:
            self.send(self._take(), self.results.put)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that records
            self.results.put(error)
        finally:
            self.results.put(None)

    def _take(self) -> Iterator[Work]:
        while not self.stopped:
            try:
                item = self.waiting.get_nowait()
            except Empty:
                return
            self.room.acquire()
            if self.stopped:
                return
            yield item


def send_in_lanes(
    work: Sequence[Work],
    send: Send[Work, Result],
    record: Callable[[list[Result]], None],
    *,
    lanes: int,
    in_doubt: int,
) -> None:
    """Call `send` in up to `lanes` threads, and `record` in this thread for groups of results.

    `send` gets the items that are its lane's, and a function to be called with the result of each, in
    any order; what it takes before it gives a result is under way. A group is whatever has come since
    the last one was recorded. At no time are there more than `in_doubt` items that were taken and not
    recorded: so many may be repeated after a crash. An error of either ends the lanes, each after the
    items it has taken, and is raised.
    """
    state = _Lanes(work, send, in_doubt)
    running = min(lanes, len(work))
    for number in range(running):
        threading.Thread(target=state.run, name=f"lane-{number}", daemon=True).start()
    failure: BaseException | None = None
    while running:
        group = _take_all(state.results, busy=running)
        running -= sum(item is None for item in group)
        failure = failure or next((item for item in group if isinstance(item, BaseException)), None)
        done = [item for item in group if item is not None and not isinstance(item, BaseException)]
        try:
            if done:
                record(done)
        except BaseException as error:  # noqa: BLE001 - raised below, once no thread is left behind
            failure = failure or error
        if failure is not None:
            state.stopped = True
        freed = len(done) + (running if state.stopped else 0)  # nobody may wait for ever
        if freed:
            state.room.release(freed)
    if failure is not None:
        raise failure


def _take_all(queue: SimpleQueue[Result], *, busy: int) -> list[Result]:
    """What is in the queue; waits for the first, and a moment for others while lanes are busy.

    Recording costs as much for one as for ten, and each look takes the processor from the lanes.
    """
    found = [queue.get()]
    if found[0] is not None or busy > 1:
        time.sleep(LINGER)
    while True:
        try:
            found.append(queue.get_nowait())
        except Empty:
            return found
