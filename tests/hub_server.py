"""A small Hub on this machine: repositories in memory behind the endpoints that the real client calls.

It can be told to misbehave: refuse for too many requests, damage a file, or break off in the middle of one.
"""

import hashlib
import json
import re
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

OWNER, TOKEN = "someone", "token-of-someone"
LARGE = (".safetensors", ".onnx", ".bin", ".mp4", ".data")  # what .gitattributes keeps in LFS


@dataclass
class Repo:
    """Files by commit, commits by branch."""

    kind: str = "model"
    private: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)

    def commit(self, branch: str, files: dict[str, bytes]) -> str:
        """Make ``files`` the newest state of a branch; the commit's sha."""
        before = self.branches.get(branch, "")
        told = repr((before, sorted(files.items()), len(self.commits)))
        sha = hashlib.sha1(told.encode()).hexdigest()
        self.commits[sha] = files
        self.branches[branch] = sha
        return sha


@dataclass
class Hub:
    """What the server holds, what it was asked, and how it is to misbehave."""

    endpoint: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # "METHOD path"
    tokens: set[str] = field(default_factory=set)
    refuse: int = 0  # this status for every request
    damaged: set[str] = field(default_factory=set)  # names of files whose bytes are changed on the way
    before: Callable[[str], None] = lambda asked: None  # called with every request before it is answered
    cut: dict[str, int] = field(default_factory=dict)  # how often a file breaks off in its middle; then it comes whole

    def add(self, name: str, files: dict[str, bytes], private: bool = False) -> str:
        """A new repository with one commit; its sha."""
        self.repos[name] = Repo(private=private)
        return self.repos[name].commit("main", files)


@contextmanager
def running_hub() -> Iterator[Hub]:
    """A server on a free port of this machine."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def etag(name: str, data: bytes) -> str:
    """What the Hub calls a file's content: sha256 in LFS, git's blob id elsewhere."""
    if name.endswith(LARGE):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Refused(Exception):
    """Ends a request with a status, the Hub's own error code, and more words of its answer."""

    def __init__(self, status: int, code: str = "", commit: str = "", **words: str) -> None:
        super().__init__(code)
        self.status, self.code, self.commit, self.words = status, code, commit, words


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer()

        do_GET = do_POST = do_PUT = do_HEAD

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            hub.asked.append(f"{self.command} {path}")
            hub.before(hub.asked[-1])
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            hub.tokens.add(token)
            try:
                if hub.refuse:
                    raise Refused(hub.refuse)
                for pattern, answer in ROUTES:
                    if match := re.fullmatch(pattern, f"{self.command} {path}"):
                        found = answer(hub, token, body, *match.groups())
                        break
                else:
                    raise Refused(404)
                if isinstance(found, tuple):
                    self._send_file(*found)
                else:
                    self._send_json(found)
            except Refused as refused:
                headers = {"X-Error-Code": refused.code, "X-Repo-Commit": refused.commit}
                said = json.dumps({"error": refused.code, **refused.words}).encode()
                self._send(refused.status, said, {name: value for name, value in headers.items() if value})

        def _send_json(self, values: Any) -> None:
            self._send(200, json.dumps(values).encode(), {"Content-Type": "application/json"})

        def _send_file(self, name: str, data: bytes, commit: str) -> None:
            headers = {"ETag": f'"{etag(name, data)}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
            if self.command == "HEAD":
                self._send(200, data, headers)
                return
            if name in hub.damaged:
                data = data[:-1] + bytes([data[-1] ^ 1])
            status, begin = 200, 0
            if match := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or ""):
                status, begin = 206, int(match[1])
                headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
            if hub.cut.get(name, 0) > 0:
                hub.cut[name] -= 1
                # Half of the file the first time, nothing afterwards.
                self._send(status, data[begin:], headers, sent=0 if begin else len(data) // 2)
                self.close_connection = True
                return
            self._send(status, data[begin:], headers)

        def _send(self, status: int, body: bytes, headers: dict[str, str], sent: int | None = None) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[:sent])
                self.wfile.flush()

    return Handler


def _repo(hub: Hub, token: str, name: str) -> Repo:
    repo = hub.repos.get(name)
    if repo is None or (repo.private and token != TOKEN):  # the Hub does not tell the two apart
        raise Refused(401 if token != TOKEN else 404, "RepoNotFound")
    return repo


def _writable(hub: Hub, token: str, name: str) -> Repo:
    if token != TOKEN:
        raise Refused(401)
    if not name.startswith(f"{OWNER}/"):
        raise Refused(403)
    return _repo(hub, token, name)


def _sha(repo: Repo, revision: str) -> str:
    sha = repo.branches.get(revision, revision)
    if sha not in repo.commits:
        raise Refused(404, "RevisionNotFound")
    return sha


def _file(hub: Hub, token: str, _body: bytes, name: str, revision: str, file: str) -> Any:
    repo = _repo(hub, token, name)
    sha = _sha(repo, revision)
    if file not in repo.commits[sha]:
        raise Refused(404, "EntryNotFound", sha)
    return file, repo.commits[sha][file], sha


def _info(hub: Hub, token: str, _body: bytes, name: str, revision: str | None) -> Any:
    repo = _repo(hub, token, name)
    sha = _sha(repo, revision or "main")
    return {"id": name, "sha": sha, "private": repo.private, "siblings": [{"rfilename": f} for f in repo.commits[sha]]}


def _tree(hub: Hub, token: str, _body: bytes, name: str, revision: str) -> Any:
    repo = _repo(hub, token, name)
    files = repo.commits[_sha(repo, revision)]
    return [{"type": "file", "path": path, "size": len(data), "oid": etag("", data)} for path, data in files.items()]


def _create(hub: Hub, token: str, body: bytes) -> Any:
    asked = json.loads(body)
    if token != TOKEN:
        raise Refused(401)
    owner = asked.get("organization") or OWNER
    if owner != OWNER:
        raise Refused(403)
    name, kind = f"{owner}/{asked['name']}", asked.get("type") or "model"
    url = f"{hub.endpoint}/{'' if kind == 'model' else f'{kind}s/'}{name}"
    if name in hub.repos:
        raise Refused(409, url=url)
    repo = hub.repos[name] = Repo(kind=kind, private=asked.get("visibility") == "private")
    repo.commit("main", {".gitattributes": b""})
    return {"url": url}


def _branch(hub: Hub, token: str, _body: bytes, name: str, branch: str) -> Any:
    repo = _writable(hub, token, name)
    if branch in repo.branches:
        raise Refused(409)
    repo.branches[branch] = repo.branches["main"]
    return {}


def _check_card(_hub: Hub, _token: str, body: bytes) -> Any:
    has_card = json.loads(body)["content"].startswith("---\n")
    return {"errors": [] if has_card else [{"message": "no front matter"}], "warnings": []}


def _modes(hub: Hub, token: str, body: bytes, name: str, _revision: str) -> Any:
    _writable(hub, token, name)
    files = [file["path"] for file in json.loads(body)["files"]]
    modes = {path: "lfs" if path.endswith(LARGE) else "regular" for path in files}
    return {"files": [{"path": path, "uploadMode": mode, "shouldIgnore": False} for path, mode in modes.items()]}


def _batch(hub: Hub, token: str, body: bytes, name: str) -> Any:
    _writable(hub, token, name)
    objects = []
    for one in json.loads(body)["objects"]:
        actions = {
            "upload": {"href": f"{hub.endpoint}/stored/{one['oid']}"},
            "verify": {"href": f"{hub.endpoint}/verify"},
        }
        objects.append({**one, "actions": actions})
    return {"transfer": "basic", "objects": objects}


def _store(hub: Hub, _token: str, body: bytes, oid: str) -> Any:
    if hashlib.sha256(body).hexdigest() != oid:
        raise Refused(400)
    hub.stored[oid] = body
    return {}


def _verify(hub: Hub, _token: str, body: bytes) -> Any:
    if json.loads(body)["oid"] not in hub.stored:
        raise Refused(404)
    return {}


def _commit(hub: Hub, token: str, body: bytes, name: str, revision: str) -> Any:
    repo = _writable(hub, token, name)
    files = dict(repo.commits[_sha(repo, revision)])
    for line in map(json.loads, body.splitlines()):
        value = line["value"]
        if line["key"] == "file":
            files[value["path"]] = b64decode(value["content"])
        elif line["key"] == "lfsFile":
            files[value["path"]] = hub.stored[value["oid"]]
        elif line["key"] == "deletedFile":
            del files[value["path"]]
    sha = repo.commit(revision, files)
    return {"commitUrl": f"{hub.endpoint}/{name}/commit/{sha}", "commitOid": sha, "pullRequestUrl": None}


ID = r"([\w.-]+/[\w.-]+)"
API = rf"/api/(?:models|spaces|datasets)/{ID}"
ROUTES = (
    (r"POST /api/repos/create", _create),
    (r"POST /api/validate-yaml", _check_card),
    (rf"POST {API}/branch/(.+)", _branch),
    (rf"POST {API}/preupload/(.+)", _modes),
    (rf"POST {API}/commit/(.+)", _commit),
    (rf"POST /(?:spaces/|datasets/)?{ID}\.git/info/lfs/objects/batch", _batch),
    (r"PUT /stored/(\w+)", _store),
    (r"POST /verify", _verify),
    (rf"GET {API}/tree/(.+)", _tree),
    (rf"GET {API}(?:/revision/(.+))?", _info),
    (rf"(?:HEAD|GET) /(?:spaces/|datasets/)?{ID}/resolve/([^/]+)/(.+)", _file),
)
