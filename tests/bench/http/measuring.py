"""Measure everything on one database, with all servers up at the same time."""

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import databases
from tests.bench.http import questions, servers
from tests.bench.http.questions import World
from tests.bench.http.requests import Sending, get, post
from tests.bench.http.rounds import Found, Row, Target, both, measure
from tests.bench.http.servers import Server

GROWN = 100_000
# A server that keeps neither things nor answers: each request reads all that it needs.
BARE = {"ITEM_CACHE_BYTES": "0", "ANSWER_CACHE_BYTES": "0"}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """Say how thoroughly to measure."""

    quick: bool
    full: bool
    rounds: int
    seconds: float

    @property
    def news(self) -> int:
        """Return how many news there are."""
        return 200 if self.quick else 2_000

    @property
    def deep(self) -> int:
        """Return after how many news the deep page begins."""
        return self.news - 100

    def measured(self, targets: list[Target], *, say: Say) -> Found:
        """Return what the rows of some targets are."""
        if self.quick:
            return measure(targets, rounds=1, seconds=1, say=say)
        return measure(targets, rounds=self.rounds, seconds=self.seconds, say=say)


@dataclass(slots=True)
class OneDatabase:
    """Hold what was found on one database.

    Shape: `not_offered` says why a row is missing; `memory` and `starts` are by server.
    Units: MB, seconds.
    """

    rows: Found = field(default_factory=dict)
    grown: Found = field(default_factory=dict)
    not_offered: dict[str, str] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)
    visible: dict[str, float] = field(default_factory=dict)
    answer_bytes: int = 0


def measure_database(
    name: str, environment: dict[str, str], pace: Pace, *, say: Say
) -> OneDatabase:
    """Build the world, start the servers, measure, and stop them."""
    found = OneDatabase()
    say(f"{name}: write and publish {pace.news:,} news")
    quick = ["--quick"] if pace.quick else []
    databases.in_process(
        "step", "prepare", "--news", str(pace.news), *quick, environment=environment
    )
    with ExitStack() as stack:
        say(f"{name}: start the servers")
        first = questions.first_of("a")
        ours = stack.enter_context(servers.product(environment, first=first))
        world = World(pace.news, pace.deep, questions.cursor_before(pace.deep, port=ours.port))
        bare = stack.enter_context(servers.product({**environment, **BARE}, first=first))
        targets = _ours(found, world, ours) + _bare(world, bare)
        targets += _constant(found, environment, stack, world, ours)
        targets += _grapple(found, environment, stack, world)
        found.starts["product"] = ours.seconds
        found.rows = pace.measured(targets, say=lambda words: say(f"{name}: {words}"))
        found.memory["product"] = servers.worker_mb(ours)
        say(f"{name}: publish, and wait until it is seen")
        times = "3" if pace.quick else "12"
        printed = databases.in_process(
            "http.visible", str(ours.port), times, environment=environment
        )
        found.visible = json.loads(printed)
    if pace.full:
        found.grown = _grown(name, environment, pace, say=say)
    return found


def _ours(found: OneDatabase, world: World, server: Server) -> list[Target]:
    targets: list[Target] = []
    for name in questions.NAMES:
        holds, count = questions.holds(name), questions.expected(name)
        for kind, make in (("cold", questions.cold), ("cached", questions.cached)):
            sending = make(name, world, port=server.port)
            sending = questions.checked(sending, port=server.port, holds=holds, count=count)
            targets += both(kind, name, sending, port=server.port)
    return targets + _by_get(found, world, server)


def _bare(world: World, server: Server) -> list[Target]:
    return [
        target
        for name in questions.NAMES
        for target in both("bare", name, _cold(name, world, server), port=server.port)
    ]


def _cold(name: str, world: World, server: Server) -> Sending:
    sending = questions.cold(name, world, port=server.port)
    holds, count = questions.holds(name), questions.expected(name)
    return questions.checked(sending, port=server.port, holds=holds, count=count)


def _by_get(found: OneDatabase, world: World, server: Server) -> list[Target]:
    """Return what caches in front would ask, where the server answers GET."""
    targets: list[Target] = []
    for name in ("a", "b"):
        sending = questions.by_get(name, world, port=server.port)
        status, _headers, _body = questions.answered(sending, port=server.port)
        if status != 200:
            found.not_offered["GET"] = f"GET is answered with {status}"
            return []
        holds, count = questions.holds(name), questions.expected(name)
        sending = questions.checked(sending, port=server.port, holds=holds, count=count)
        targets += both("GET", name, sending, port=server.port)
    sending = questions.by_get("a", world, port=server.port)
    etag = questions.answered(sending, port=server.port)[1].get("etag")
    if etag is None:
        found.not_offered["304"] = "answers have no ETag"
        return targets
    asked = questions.by_get("a", world, port=server.port, headers=(f"If-None-Match: {etag}",))
    return targets + both("304", "a", Sending(asked.requests, status=304), port=server.port)


def _constant(
    found: OneDatabase,
    environment: dict[str, str],
    stack: ExitStack,
    world: World,
    ours: Server,
) -> list[Target]:
    """Return the floors, which answer the bytes of question a."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-answer-")))
    answer = folder / "answer.json"
    sending = questions.cached("a", world, port=ours.port)
    answer.write_bytes(questions.answered(sending, port=ours.port)[2])
    found.answer_bytes = size = answer.stat().st_size
    targets: list[Target] = []
    for kind, module in (("constant", "constant_wsgi"), ("least", "least_wsgi")):
        server = stack.enter_context(servers.constant(environment, answer, module=module))
        found.starts[kind] = server.seconds
        floor = Sending((get("/constant", port=server.port),), least_bytes=size)
        targets += both(kind, "", floor, port=server.port)
    static = stack.enter_context(servers.nginx(answer))
    if static is None:
        found.not_offered["nginx"] = "nginx is not installed"
        return targets
    floor = Sending((get("/answer.json", port=static.port),), least_bytes=size)
    return targets + both("nginx", "", floor, port=static.port)


def _grapple(
    found: OneDatabase, environment: dict[str, str], stack: ExitStack, world: World
) -> list[Target]:
    first = post("/graphql", {"query": "{ __typename }"}, port=0)
    server = stack.enter_context(servers.grapple(environment, first=first))
    found.starts["grapple"] = server.seconds
    targets: list[Target] = []
    for name in questions.NAMES:
        sending = questions.of_grapple(name, world, port=server.port)
        sending = questions.checked(
            sending,
            port=server.port,
            holds=questions.holds(name, side="grapple"),
            count=questions.expected(name),
        )
        targets += both("grapple", name, sending, port=server.port)
    return targets


def _grown(name: str, environment: dict[str, str], pace: Pace, *, say: Say) -> Found:
    """Return the cold rows when there are 100,000 news, beside a server that was just started."""
    say(f"{name}: copy rows until there are {GROWN:,} news")
    started = time.perf_counter()
    items = int(databases.in_process("http.growing", str(GROWN), environment=environment))
    say(f"{name}: {items:,} news after {time.perf_counter() - started:.0f} s")
    with ExitStack() as stack:
        first = questions.first_of("a")
        server = stack.enter_context(servers.product(environment, first=first))
        bare = stack.enter_context(servers.product({**environment, **BARE}, first=first))
        world = World(pace.news, pace.deep, questions.cursor_before(pace.deep, port=server.port))
        # The constant view again: the machine may be busier now than it was before.
        floors = _constant(OneDatabase(), environment, stack, world, server)
        targets = [target for target in floors if target.row == Row("constant", "", 16)]
        for question in questions.NAMES:
            for kind, one in (("cold", server), ("bare", bare)):
                # One at a time first, as before: then as much is known when sixteen ask.
                targets += both(kind, question, _cold(question, world, one), port=one.port)
        return pace.measured(targets, say=lambda words: say(f"{name}: {words}"))
