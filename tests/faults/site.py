"""Serve a site with the server of production, and ask it."""

import http.client
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.faults.services import Service, postgres, redis
from tests.portals.installation import ROOT, Installation, answers, free_port, running
from tests.waiting import wait_until

# So that a hang is a failure; a reader who gives up has no answer.
HANG_SECONDS = 60.0
_numbers = itertools.count()


@dataclass(frozen=True)
class Told:
    """Hold what a reader was told; status 0 where there was no answer at all."""

    status: int
    headers: dict[str, str]
    content: Any


@dataclass(frozen=True)
class Site:
    """Hold a site, its services, and the editor who changes it."""

    port: int
    process: subprocess.Popen[str]
    database: Service
    cache: Service
    editor: Installation
    log: Path

    def ask(self, query: str, **variables: Any) -> Told:
        """Ask a question."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG_SECONDS)
        body = orjson.dumps({"query": query, "variables": variables})
        try:
            connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = orjson.loads(answer.read())
        except OSError as error:
            return Told(0, {}, repr(error))
        finally:
            connection.close()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Told(answer.status, headers, content)

    def ask_anew(self) -> Told:
        """Ask what nobody has asked before, so that no cache knows the answer, or the list."""
        number = next(_numbers)
        first = 3 + number % 90
        return self.ask(f"{{ news(first: {first}) {{ a{number}: totalCount nodes {{ title }} }} }}")

    def failures_of_cache(self) -> int:
        """Return how often an answer was asked of Redis, or given to it, in vain."""
        return self.log.read_text().count("The shared cache does not answer: ")

    @contextmanager
    def asking(self, readers: int) -> Iterator[list[Future[Told]]]:
        """Let some readers ask at the same time what nobody has asked before."""
        with ThreadPoolExecutor(readers) as pool:
            yield [pool.submit(self.ask_anew) for _ in range(readers)]


@contextmanager
def site_of(folder: Path) -> Iterator[Site]:
    """Serve a site with some news on services that nobody else uses."""
    with ExitStack() as stack:
        database, cache = stack.enter_context(postgres()), stack.enter_context(redis(folder))
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:{database.port}/site",
            "CACHE_URL": f"redis://127.0.0.1:{cache.port}/0",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "MEDIA_ROOT": str(folder / "media"),
        }
        for name in ("DELIVERY_DATABASE_URL", "COVERAGE_PROCESS_START"):
            environment.pop(name, None)
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True, timeout=300)
        log = folder / "log"
        written: dict[str, Any] = {"stderr": stack.enter_context(log.open("w"))}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        act = [sys.executable, "-m", "tests.portals.editor"]
        person = stack.enter_context(running(act, environment=environment, **written, **pipes))
        editor = Installation("", person, environment)
        editor.do("world", news=3)
        port = free_port()
        serve = [
            str(Path(sys.executable).with_name("granian")),
            *("--interface", "wsgi", "--no-ws", "--port", str(port), "--blocking-threads", "64"),
            "cms.wsgi:application",
        ]
        server = stack.enter_context(
            running(serve, environment=environment, stdout=written["stderr"], **written)
        )
        wait_until(
            lambda: answers(f"http://127.0.0.1:{port}/healthz"), what="the start of the server"
        )
        yield Site(port, server, database, cache, editor, log)
