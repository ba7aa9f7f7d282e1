"""What cloud-init makes of user data: scripts, boothooks and one merged cloud-config, which it writes to the instance's disk.

The rules are those of cloudinit/user_data.py, cloudinit/handlers/*.py and cloudinit/mergers/*.py (22.4, the version in Debian 12). Of
the cloud-config keys, the lab supports bootcmd, write_files and runcmd. Others are reported on the console, where cloud-init would
apply them.
"""

import base64
import email
import gzip
import shlex
import string
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

import yaml

MIME_SIGN, MIME_WITHIN = b"mime-version:", 4096
FROM_START = {
    "#include": "text/x-include-url",
    "#include-once": "text/x-include-once-url",
    "#!": "text/x-shellscript",
    "#cloud-config": "text/cloud-config",
    "#part-handler": "text/part-handler",
    "#cloud-boothook": "text/cloud-boothook",
    "#cloud-config-archive": "text/cloud-config-archive",
    "#cloud-config-jsonp": "text/cloud-config-jsonp",
    "## template: jinja": "text/jinja2",
}
# The content of parts with these types determines their real type
LOOKED_INTO = ("text/plain", "text/x-not-multipart", "text/x-shellscript")
ZIPPED = ("application/gzip", "application/x-gzip", "application/x-gzip-compressed")
NAME_SIGNS = "_-.()" + string.digits + string.ascii_letters
KNOWN_KEYS = ("bootcmd", "write_files", "runcmd", "merge_how", "merge_type")
JOINED = "list(append)+dict(no_replace,recurse_list)+str()"


@dataclass
class Laid:
    """Files below the instance's folder by name, all of them executable, and messages for the console."""

    scripts: dict[str, str] = field(default_factory=dict)
    boothooks: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


def lay_out(user_data: bytes) -> Laid:
    laid = Laid()
    for number, part in enumerate(_parts(user_data), 1):
        name = "".join(sign for sign in (part.name or f"part-{number:03}").replace("/", "_") if sign in NAME_SIGNS)
        if part.type == "text/x-shellscript":
            laid.scripts[name] = part.text.replace("\r\n", "\n")
        elif part.type == "text/cloud-boothook":
            laid.boothooks[name] = part.text.replace("\r\n", "\n").removeprefix("#cloud-boothook").lstrip()
        elif part.type == "text/cloud-config":
            _merge(laid, part)
        elif part.text:
            kind = "non-multipart" if part.type == "text/x-not-multipart" else "unknown content-type"
            laid.words.append(f"Unhandled {kind} ({part.type}) userdata: '{part.text.splitlines()[0][:24]}...'")
    unknown = sorted(set(laid.config) - set(KNOWN_KEYS))
    laid.words += [f"the lab does nothing of what cloud-config says with '{key}'" for key in unknown]
    if "runcmd" in laid.config:
        laid.scripts["runcmd"] = shellified(laid.config["runcmd"])
    return laid


@dataclass
class Part:
    type: str
    name: str | None
    text: str
    merge: str


def _parts(data: bytes) -> list[Part]:
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if MIME_SIGN not in data[:MIME_WITHIN].lower():
        text = data.decode("utf-8", "surrogateescape")
        return [Part(_type_of(text) or "text/x-not-multipart", None, text, "")] if data else []
    found = email.message_from_string(data.decode("utf-8"))
    return [_part(one) for one in found.walk() if one.get_content_maintype() != "multipart"]


def _part(message: Message) -> Part:
    kind = message.get_content_type()
    payload = message.get_payload(decode=True)
    if kind in ZIPPED:
        payload, kind = gzip.decompress(payload), "text/plain"
    charset = message.get_charset()
    text = payload.decode(str(charset.input_codec) if charset else "utf-8", "surrogateescape")
    if kind in LOOKED_INTO:
        kind = _type_of(text) or kind
    merge = message.get("Merge-Type") or message.get("X-Merge-Type") or ""
    return Part(kind, message.get_filename(), text, merge)


def _type_of(text: str) -> str | None:
    start = text.lower().lstrip()
    return next((FROM_START[sign] for sign in sorted(FROM_START, key=len, reverse=True) if start.startswith(sign)), None)


def _merge(laid: Laid, part: Part) -> None:
    """Skips a part that is not a mapping, with a warning; merges the others in order."""
    try:
        read = yaml.safe_load(part.text)
    except yaml.YAMLError:
        read = None
    if not isinstance(read, dict):
        laid.words.append(f"Failed at merging in cloud config part from {part.name}: empty cloud config")
        return
    if "merge_how" in read or "merge_type" in read or part.merge not in ("", JOINED):
        laid.words.append("the lab knows no other way to merge than the default and joined lists")
    laid.config = _joined(laid.config, read) if part.merge else {**laid.config, **read}


def _joined(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**new, **{key: _joined(value, new[key]) if key in new else value for key, value in old.items()}}
    return [*old, *new] if isinstance(old, list) and isinstance(new, list) else old


def shellified(commands: list[Any]) -> str:
    """util.shellify: items of a list are quoted, text is used unchanged."""
    lines = [" ".join(shlex.quote(str(word)) for word in one) if isinstance(one, list) else str(one) for one in commands]
    return "\n".join(["#!/bin/sh", *lines, ""])


def writing(files: list[dict[str, Any]]) -> str:
    """A script that does the same as cc_write_files."""
    return "\n".join(["#!/bin/bash", *(line for one in files for line in _written(one)), ""])


def _written(one: dict[str, Any]) -> list[str]:
    content = str(one.get("content", "")).encode()
    if one.get("encoding") in ("b64", "base64"):
        content = base64.b64decode(content)
    path, mode = shlex.quote(one["path"]), str(one.get("permissions", "0644"))
    sign = ">>" if one.get("append") else ">"
    return [
        f"mkdir -p \"$(dirname {path})\"",
        f"base64 --decode <<<'{base64.b64encode(content).decode()}' {sign}{path}",
        f"chmod {shlex.quote(mode)} {path}",
        f"chown {shlex.quote(str(one.get('owner', 'root:root')))} {path}",
    ]
