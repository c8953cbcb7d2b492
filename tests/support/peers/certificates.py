"""A certificate of our own for TLS between peers of the loopback."""

import subprocess
from pathlib import Path


def make_certificate(folder: Path) -> Path:
    """A PEM file with a key and its self-signed certificate for 127.0.0.1; it is its own authority."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    key_type = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        ["openssl", "req", "-x509", *key_type, *subject, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    return both
