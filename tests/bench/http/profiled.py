"""Show where the time of one question goes, in the application as the server calls it.

python -m tests.bench.http.profiled QUESTION NEWS
"""

import cProfile
import io
import pstats
import sys
from typing import Any

from tests.bench.http import questions
from tests.bench.http.requests import SALT

LINES = 40
TIMES = 200


def _environ(request: bytes) -> dict[str, Any]:
    head, _end, body = request.partition(b"\r\n\r\n")
    method, path = head.split(b" ", 2)[:2]
    return {
        "REQUEST_METHOD": method.decode(),
        "PATH_INFO": path.decode(),
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT": "application/json",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def profile(name: str, *, news: int) -> None:
    """Print the functions that take most of the time of a cold question.

    Raises: WrongAnswer when it is not answered.
    """
    from cms.wsgi import application

    world = questions.World(news, deep=0)
    requests = questions.cold(name, world, port=80).requests
    statuses: list[str] = []

    def begin(status: str, *_rest: Any) -> Any:
        statuses.append(status)

    def ask(number: int) -> None:
        text = requests[number % len(requests)].replace(SALT.encode(), b"%012d" % number)
        answer: Any = application(_environ(text), begin)
        b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()

    for number in range(20):
        ask(number)
    if set(statuses) != {"200 OK"}:
        raise questions.WrongAnswer(str(set(statuses)))
    profiler = cProfile.Profile()
    profiler.enable()
    for number in range(20, 20 + TIMES):
        ask(number)
    profiler.disable()
    statistics = pstats.Stats(profiler, stream=sys.stdout)
    statistics.strip_dirs().sort_stats("tottime").print_stats(LINES)
    statistics.sort_stats("cumulative").print_stats(LINES)


if __name__ == "__main__":
    profile(sys.argv[1], news=int(sys.argv[2]))
