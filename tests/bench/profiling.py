"""Show where the time of one operation goes."""

import cProfile
import pstats
import sys

from frontend_contract import operations as contract
from tests.bench.operations import CONTRACT, ask, varying_variables

LINES = 40


def profile_operation(name: str, *, news: int, repeat: int) -> None:
    """Print the functions that take most of the time of an operation, to the error stream.

    Raises: KeyError when the contract has no operation of that name.
    """
    texts = {operation.name: operation.text for operation in contract.read(CONTRACT)}
    varying = varying_variables(name, news=news)
    for number in range(3):
        ask(texts[name], varying(number))
    profiler = cProfile.Profile()
    profiler.enable()
    for number in range(repeat):
        ask(texts[name], varying(number))
    profiler.disable()
    statistics = pstats.Stats(profiler, stream=sys.stderr)
    statistics.strip_dirs().sort_stats("tottime").print_stats(LINES)
    statistics.sort_stats("cumulative").print_stats(LINES)
