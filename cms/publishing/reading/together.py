"""Run many generator resolvers side by side, so that what all need on one level is one statement."""

from collections.abc import Generator, Iterable
from typing import Any, TypeVar

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.lookahead import loaded, needed_loads

Made = TypeVar("Made")


def drive_together(
    context: ReadContext, resolvers: Iterable[Generator[Any, Any, Made]]
) -> list[Made]:
    """Run generator resolvers to their ends.

    Shape: what each of them returns, in their order.
    """
    running = dict(enumerate(resolvers))
    made: dict[int, Made] = {}
    received: dict[int, Any] = dict.fromkeys(running)
    while received:
        steps: dict[int, Any] = {}
        for number, answer in received.items():
            try:
                steps[number] = running[number].send(answer)
            except StopIteration as end:
                made[number] = end.value
        context.load(load for step in steps.values() for load in needed_loads(step))
        received = {number: loaded(context, step) for number, step in steps.items()}
    return [made[number] for number in running]
