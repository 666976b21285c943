"""Reading within a budget: documents are hostile, so they are read in a child process that may be killed.

The child turns bytes into text and text into what it says. It answers in JSON, never in pickles, so
that a document that took it over could at most lie about itself. Only the child has a memory limit,
and it is used again for the next document, since starting it takes longer than reading.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, Pipe
from typing import Any, Protocol

from calendar_service.errors import BudgetError, CalendarServiceError, DataFileError, UnreadableError
from calendar_service.model.announcement import Reading
from calendar_service.model.codec import from_data, to_data
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.remarks import Remark, remark, remark_of
from calendar_service.text import Limits, read_text

_START_SECONDS = 120.0
_LARGEST_ANSWER = 500_000_000
# What Python needs to start; secrets of the service stay out of the process that reads documents.
_KEPT_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "SYSTEMROOT",
)
_NEW_OBJECTS = 50_000  # so many between two collections of cycles: most documents make fewer
_CHILD = "import sys; from calendar_service.reading import serve; serve(int(sys.argv[1]))"


class Extractor(Protocol):
    """Says what a text announces."""

    def read(self, text: Text) -> Reading:
        """What the text announces."""
        ...


ExtractorFactory = Callable[[], Extractor]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one document may cost: seconds of wall clock, bytes of memory (child only), and the text's limits.

    A child is replaced after `documents` readings, so that a leak in a native library stays small.
    """

    seconds: float = 20.0
    memory: int = 1_500_000_000
    documents: int = 2000
    limits: Limits = field(default_factory=Limits)


def load_extractor() -> Extractor:
    """The extractor with the lexicons that ship with the service. Raises DataFileError."""
    from calendar_service import extract

    return extract.load()


def read_document(document: RawDocument, extractor: Extractor, limits: Limits) -> tuple[Text, Reading]:
    """One document's text and what it says, in this process. A scanned document announces nothing unseen:
    what is read beside its pictures is marked as doubtful.
    """
    text = read_text(document, limits)
    if text.scanned and len(text.content.split()) < 20:
        return text, Reading(reason=_tell_scanned(text))
    reading = extractor.read(text)
    if not text.scanned:
        return text, reading
    if not reading.announcements:
        return text, replace(reading, reason=_tell_scanned(text))
    doubtful = tuple(
        replace(item, doubts=(*item.doubts, _tell_scanned(text))) for item in reading.announcements
    )
    return text, replace(reading, announcements=doubtful)


def _tell_scanned(text: Text) -> Remark:
    facts = text.notes or (remark("scanned"),)
    return remark(
        "The document holds pictures instead of text ({facts}). A person has to read it.", facts=facts
    )


class InlineReader:
    """Reads in this process: for tests and for documents that are trusted. Only the text's limits apply."""

    def __init__(self, make_extractor: ExtractorFactory = load_extractor, budget: Budget = Budget()) -> None:
        self._make = make_extractor
        self._budget = budget
        self._extractor: Extractor | None = None

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        """The text and what it says. Raises UnreadableError (BudgetError) with a reason for a person."""
        if self._extractor is None:
            self._extractor = self._make()
        return read_document(document, self._extractor, self._budget.limits)

    def close(self) -> None:
        """Nothing is held open."""


class IsolatedReader:
    """Reads in child processes, one document at a time in each; they start with the first document.

    `make_extractor` is sent to the child, so it must be picklable: a function or an instance of a
    class at the top of a module. Safe to use from many threads: they wait for a free child.
    """

    def __init__(
        self,
        make_extractor: ExtractorFactory = load_extractor,
        budget: Budget = Budget(),
        processes: int = 1,
    ) -> None:
        self._children: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._all = [_Child(make_extractor, budget) for _ in range(processes)]
        self._budget = budget
        for child in self._all:
            self._children.put(child)

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        """The text and what it says. Raises UnreadableError (BudgetError) with a reason for a person,
        DataFileError where the extractor's data are wrong.
        """
        self._budget.limits.check_bytes(len(document.content))
        child = self._children.get()
        try:
            return child.read(document)
        finally:
            self._children.put(child)

    def close(self) -> None:
        """Ends the children. A later `read` starts them again."""
        for child in self._all:
            child.stop()


class _Child:
    """One child process as its parent sees it."""

    def __init__(self, make_extractor: ExtractorFactory, budget: Budget) -> None:
        self._make = make_extractor
        self._budget = budget
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._served = 0

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        if self._process is not None and (
            self._served >= self._budget.documents or self._process.poll() is not None
        ):
            self.stop()
        connection = self._connection or self._start()
        self._served += 1
        try:
            answer = self._ask(connection, document)
        except (EOFError, OSError, ValueError) as error:
            self.stop()
            raise UnreadableError(
                remark(
                    "The document crashed the reader, which was started again. "
                    "The file is damaged, or made to do harm."
                )
            ) from error
        except BaseException:
            self.stop()  # an answer to this document must not be taken for the next one's
            raise
        return self._unpack(answer)

    def _ask(self, connection: Connection, document: RawDocument) -> Any:
        """The child's answer. Raises BudgetError when time is up, EOFError where the child died."""
        connection.send_bytes(_pack(document))
        if not connection.poll(self._budget.seconds):
            seconds = f"{self._budget.seconds:g}"
            raise BudgetError(
                remark(
                    "Reading took longer than {seconds} seconds and was stopped. "
                    "Send the announcement itself, without its annexes.",
                    seconds=seconds,
                )
            )
        return json.loads(connection.recv_bytes(_LARGEST_ANSWER))

    def stop(self) -> None:
        """Kills the process, if there is one, and leaves nothing of it behind."""
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        self._served = 0
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.wait()

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and a fixed text
                [sys.executable, "-c", _CHILD, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_reduce_environment(),
            )
        self._connection = ours
        problem = "it did not start in time"
        try:
            ours.send((list(sys.path), self._make, self._budget))
            if ours.poll(_START_SECONDS):
                problem = json.loads(ours.recv_bytes(_LARGEST_ANSWER)).get("problem", "")
        except (EOFError, OSError, ValueError) as error:
            problem = f"it ended at once ({type(error).__name__})"
        except BaseException:
            self.stop()
            raise
        if problem:
            self.stop()
            raise DataFileError(f"The reader cannot start: {problem}")
        return ours

    def _unpack(self, answer: dict[str, Any]) -> tuple[Text, Reading]:
        kind = answer.get("kind")
        if kind == "read":
            try:
                return from_data(Text, answer["text"]), from_data(Reading, answer["reading"])
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                self.stop()
                raise UnreadableError(
                    remark("The reader gave no proper answer for this document.")
                ) from error
        reason = from_data(Remark, answer["reason"])
        if kind == "memory":
            self.stop()
        if kind in {"budget", "memory"}:
            raise BudgetError(reason)
        raise UnreadableError(reason)


def _reduce_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_ENVIRONMENT or (name.startswith("PYTHON") and name != "PYTHONSTARTUP")
    }


def _pack(document: RawDocument) -> bytes:
    """A document as one message: a JSON line, then its bytes."""
    facts = to_data(replace(document, content=b""))
    facts.pop("content", None)
    return json.dumps(facts).encode() + b"\n" + document.content


def _unpack_document(message: bytes) -> RawDocument:
    facts, _, content = message.partition(b"\n")
    data = json.loads(facts)
    return from_data(RawDocument, {**data, "content": content})


def serve(descriptor: int) -> None:
    """The child's life: build the extractor, then answer one document after another until the parent goes."""
    with Connection(descriptor) as connection, suppress(EOFError, OSError):
        path, make_extractor, budget = _receive_start(connection)
        if make_extractor is None:
            connection.send_bytes(json.dumps({"problem": path}).encode())
            return
        _limit_resources(budget)
        try:
            extractor = make_extractor()
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to know
            known = isinstance(error, CalendarServiceError)
            problem = str(error) if known else f"{type(error).__name__}: {error}"
            connection.send_bytes(json.dumps({"problem": problem or "unknown"}).encode())
            return
        settle()
        connection.send_bytes(b"{}")
        while True:
            _answer(connection, extractor, budget)


def settle() -> None:
    """Tells the collector of cycles that all that has been loaded stays, once the extractor is built: it would go through the
    lexicons again and again, in the midst of documents. For a process that does nothing but read.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _receive_start(connection: Connection) -> tuple[Any, Any, Any]:
    """The parent's module path, factory and budget. The path comes first, since the factory may lie on it."""
    import pickle

    message = connection.recv_bytes()
    try:
        start = pickle.loads(message)  # noqa: S301 - sent by the parent
    except (ImportError, AttributeError, pickle.UnpicklingError) as error:
        return f"{type(error).__name__}: {error}", None, None
    return start  # type: ignore[no-any-return]


def _answer(connection: Connection, extractor: Extractor, budget: Budget) -> None:
    import signal

    document = _unpack_document(connection.recv_bytes())
    # Should the parent die while this one hangs, the alarm ends it; nobody else would.
    signal.setitimer(signal.ITIMER_REAL, budget.seconds + 10)
    reply = json.dumps(_try_read(document, extractor, budget), ensure_ascii=False).encode("utf-8", "replace")
    signal.setitimer(signal.ITIMER_REAL, 0)
    connection.send_bytes(reply)


def _try_read(document: RawDocument, extractor: Extractor, budget: Budget) -> dict[str, Any]:
    try:
        text, reading = read_document(document, extractor, budget.limits)
        return {"kind": "read", "text": to_data(text), "reading": to_data(reading)}
    except BudgetError as error:
        return {"kind": "budget", "reason": to_data(remark_of(error))}
    except UnreadableError as error:
        return {"kind": "unreadable", "reason": to_data(remark_of(error))}
    except MemoryError:
        reason = remark(
            "Reading needs more than {size} MB of memory and was stopped. "
            "Send the announcement itself, without its annexes.",
            size=budget.memory // 1_000_000,
        )
        return {"kind": "memory", "reason": to_data(reason)}
    except Exception as error:  # noqa: BLE001 - one document must not take the reader away from the next
        traceback.print_exc(file=sys.stderr)
        reason = remark(
            "The reader failed on this document ({error}). It is kept; please report it.",
            error=type(error).__name__,
        )
        return {"kind": "unreadable", "reason": to_data(reason)}


def _limit_resources(budget: Budget) -> None:
    """Memory, and no core dumps. Where the system has no such limit, the wall clock remains."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in ((resource.RLIMIT_AS, budget.memory), (resource.RLIMIT_CORE, 0)):
        _, most = resource.getrlimit(kind)
        limit = value if most == resource.RLIM_INFINITY else min(value, most)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, most))
