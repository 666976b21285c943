"""Several messages under way at a time, with what became of them written down in groups as they come."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeAlias, TypeVar

LINGER = 0.005  # seconds that a result waits for others, at most

Work = TypeVar("Work")
Result = TypeVar("Result")
Send: TypeAlias = Callable[[Iterator[Work], Callable[[Result], None]], None]


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
    any order; what it takes before it gives a result is under way. A group is half of what may be in
    doubt, or what has come within a few milliseconds. At no time are there more than `in_doubt` items
    that were taken and not recorded: so many may be repeated after a crash. An error of either ends
    the lanes, each after the items it has taken, and is raised.
    """
    state = _Lanes(work, send, in_doubt)
    for number in range(min(lanes, len(work))):
        state.running += 1
        threading.Thread(target=state.run, name=f"lane-{number}", daemon=True).start()
    while group := state.collect():
        try:
            record(group)
        except BaseException as error:  # noqa: BLE001 - raised below, once no thread is left behind
            state.stop(error)
        state.settle(len(group))
    if state.failure is not None:
        raise state.failure


class _Lanes(Generic[Work, Result]):
    """What the lanes and the thread that records share, under one lock."""

    def __init__(self, work: Sequence[Work], send: Send[Work, Result], in_doubt: int) -> None:
        self.send = send
        self.waiting = deque(work)
        self.results: list[Result] = []
        self.failure: BaseException | None = None
        self.in_doubt = in_doubt
        self.unsettled = 0  # taken, and not recorded
        self.running = 0
        self.lock = threading.Lock()
        self.room = threading.Condition(self.lock)
        self.news = threading.Condition(self.lock)

    def run(self) -> None:
        """One lane, until nothing waits."""
        try:
            self.send(self._take(), self._report)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that records
            self.stop(error)
        finally:
            with self.lock:
                self.running -= 1
                self.news.notify()

    def collect(self) -> list[Result]:
        """The next group; none once all lanes have ended."""
        # One by one costs the database as much as all at once, and each look takes the processor from the lanes.
        with self.lock:
            while True:
                self.news.wait_for(lambda: self._is_group() or not self.running, LINGER)
                if self.results or not self.running:
                    found, self.results = self.results, []
                    return found

    def settle(self, count: int) -> None:
        """So many are in doubt no more."""
        with self.lock:
            self.unsettled -= count
            self.room.notify_all()

    def stop(self, error: BaseException) -> None:
        """Let no lane take anything more; the first error counts."""
        with self.lock:
            self.failure = self.failure or error
            self.room.notify_all()

    def _take(self) -> Iterator[Work]:
        while True:
            with self.lock:
                while self.unsettled >= self.in_doubt and self.failure is None:
                    self.room.wait()
                if self.failure is not None or not self.waiting:
                    return
                self.unsettled += 1
                item = self.waiting.popleft()
            yield item

    def _report(self, result: Result) -> None:
        with self.lock:
            self.results.append(result)
            if self._is_group():
                self.news.notify()

    def _is_group(self) -> bool:
        return len(self.results) >= max(1, self.in_doubt // 2)
