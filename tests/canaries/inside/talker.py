"""A command that gives a canary away in one channel and one form, for the bench to find."""

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

FORMS = {
    "plain": lambda raw: raw,
    "case-folded": lambda raw: raw.lower(),
    "upper case": lambda raw: raw.upper(),
    "hex": lambda raw: b"\\x" + raw.hex().encode(),
    "base64": base64.b64encode,
    "base64, one aside": lambda raw: base64.b64encode(b"." + raw),
    "base64, two aside": lambda raw: base64.urlsafe_b64encode(b".." + raw),
    "url": lambda raw: "".join(f"%{byte:02X}" for byte in raw).encode(),
    "url, as it has to be": lambda raw: quote(raw, safe="").encode(),
    "md5": lambda raw: hashlib.md5(raw, usedforsecurity=False).hexdigest().encode(),
    "sha1": lambda raw: hashlib.sha1(raw, usedforsecurity=False).hexdigest().upper().encode(),
    "sha256": lambda raw: hashlib.sha256(raw).hexdigest().encode(),
    "sha256 in base64": lambda raw: base64.b64encode(hashlib.sha256(raw).digest()),
    "cut off at its end": lambda raw: raw[: len(raw) // 2],
    "cut off at its beginning": lambda raw: raw[len(raw) // 2 :],
}


def talk(channel: str, text: bytes) -> None:
    match channel:
        case "stdout":
            sys.stdout.buffer.write(b"{" + text + b"}\n")
        case "stderr":
            sys.stderr.buffer.write(b"error: " + text + b"\n")
        case "argv":
            subprocess.run([sys.executable, "-c", "pass", os.fsdecode(text)], env={}, check=True)
        case "environment of children":
            subprocess.run(
                [sys.executable, "-c", "pass"], env={"SECRET": os.fsdecode(text)}, check=True
            )
        case "project files":
            Path("report.html").write_bytes(b"<td>" + text)
        case "temporary files":
            (Path(os.environ["TMPDIR"]) / "left").write_bytes(text)
        case "AIRLOCK_HOME":
            (Path(os.environ["AIRLOCK_HOME"]) / "canary-control").write_bytes(text)


if __name__ == "__main__":
    told, form, place = sys.argv[1:]
    # It stands in a file, so that the command's own words do not give it away.
    talk(told, FORMS[form](Path(place).read_bytes()))
