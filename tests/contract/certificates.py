"""A certificate of one's own for a test, made by the openssl program."""

from __future__ import annotations

import subprocess
from pathlib import Path


def make_certificate(folder: Path, address: str) -> Path:
    """A PEM file with key and certificate for an IP address, good for two days."""
    key, certificate, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
            "-addext", f"subjectAltName=IP:{address}", "-keyout", key, "-out", certificate,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
