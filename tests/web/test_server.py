from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calendar_service.errors import SettingsError
from calendar_service.web.server import bind, serve

PROGRAM = """
import os, sys, threading, time
from calendar_service.web.server import serve

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        print("slow", flush=True)
        time.sleep(1.0)
    if environ["PATH_INFO"] == "/echo":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["QUERY_STRING"].encode(), b" ", environ["wsgi.input"].read()]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]

def build():
    return app

def main():
    workers, port = int(sys.argv[1]), int(sys.argv[2])
    serve(build, "127.0.0.1", port, workers=workers, stop=threading.Event(),
          on_ready=lambda address: print(address, flush=True))
    print("ended", flush=True)

if __name__ == "__main__":
    main()
"""
SECONDS = 30


def answer_hello(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello ", body, forwarded.encode()]


@contextlib.contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[str]:
    """A server in a thread of this process; its address."""
    stop, ready, addresses = threading.Event(), threading.Event(), list[str]()

    def on_ready(address: str) -> None:
        addresses.append(address)
        ready.set()

    options = {"workers": 0, "on_ready": on_ready, "stop": stop}
    thread = threading.Thread(target=serve, args=(lambda: answer_hello, host, 0), kwargs=options)
    thread.start()
    try:
        assert ready.wait(SECONDS)
        yield addresses[0]
    finally:
        stop.set()
        thread.join(SECONDS)
        assert not thread.is_alive()


@contextlib.contextmanager
def program(folder: Path, workers: int) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A program that serves, and its port once it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = folder / "program.py"  # a file, since workers import it
    script.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(script), str(workers), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == f"http://127.0.0.1:{port}"
            yield process, port
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


def fetch(port: int, path: str = "/", **options: Any) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request(options.pop("method", "GET"), path, **options)
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_one_process_serves_and_ends_when_told() -> None:
    with serving() as address:
        port = int(address.rpartition(":")[2])
        assert fetch(port) == (200, b"hello ")
        assert fetch(port, method="POST", body=b"x" * 300_000)[1] == b"hello " + b"x" * 300_000
    with pytest.raises(OSError, match="refused"):
        fetch(port)


def test_signs_of_a_proxy_reach_the_application() -> None:
    with serving() as address:
        said = fetch(int(address.rpartition(":")[2]), headers={"X-Forwarded-For": "203.0.113.9"})
    assert said == (200, b"hello 203.0.113.9")


def test_a_port_in_use_is_said_in_words() -> None:
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            SettingsError, match=f"Cannot listen on 127.0.0.1 port {port}: Address already in use"
        ):
            serve(lambda: answer_hello, "127.0.0.1", port, workers=0, on_ready=print, stop=threading.Event())
    with pytest.raises(SettingsError, match=r"Cannot listen on no\.such\.host\.invalid"):
        bind("no.such.host.invalid", 80)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_after_running_requests_are_answered(tmp_path: Path, number: signal.Signals) -> None:
    with program(tmp_path, 0) as (process, port):
        answers: list[tuple[int, bytes]] = []
        asking = threading.Thread(target=lambda: answers.append(fetch(port, "/slow")))
        asking.start()
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "slow"
        process.send_signal(number)
        asking.join(SECONDS)
        assert answers == [(200, str(process.pid).encode())]
        assert process.stdout.readline().strip() == "ended"
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_several_processes_serve_and_end_together(tmp_path: Path, number: signal.Signals) -> None:
    with program(tmp_path, 2) as (process, port):
        pids = {int(fetch(port)[1]) for _ in range(200)}
        assert process.pid not in pids
        assert 1 <= len(pids) <= 2
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
        for pid in pids:
            assert not Path(f"/proc/{pid}").exists() or os.waitpid(pid, os.WNOHANG)[0] == pid


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with program(tmp_path, 1) as (process, port):
        first = int(fetch(port)[1])
        os.kill(first, signal.SIGKILL)
        second = int(fetch(port)[1])
        assert second != first
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
