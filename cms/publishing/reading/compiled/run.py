"""Hold one run of a compiled operation: what it reads, and what waits for the next level."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.item_cache import MISSING, Missing
from cms.publishing.reading.items import Item
from cms.publishing.reading.known import Book
from cms.publishing.reading.loads import Load, Things
from cms.publishing.reading.lookahead import loaded, needed_loads

if TYPE_CHECKING:
    from cms.publishing.reading.compiled.calls import Call

Json = Any
Complete = Callable[[Any, dict[str, Json], "Run"], Json]


class NotCovered(Exception):
    """Say that the reference has to answer: nothing is wrong, or it will say what."""


class Run:
    """Build one answer, level by level.

    An object is built at once as far as what it points at is known. A field that has to wait leaves
    its place in the object empty, and fills it when the level is loaded.
    """

    __slots__ = ("_arguments", "_infos", "_loads", "_spoilt", "_waiting", "_wanted", "book",
                 "context", "things", "variables")  # fmt: skip

    def __init__(
        self, context: ReadContext, variables: dict[str, Any], *, book: Book | None = None
    ) -> None:
        self.context = context
        self.book = book
        self.variables = variables
        self.things = context.things
        self._infos: dict[Call, Any] = {}
        self._arguments: dict[Call, dict[str, Any]] = {}
        self._loads: list[Load] = []
        self._wanted: dict[tuple[str, bool], dict[str, None]] = {}
        self._waiting: list[tuple[Any, ...]] = []
        self._spoilt: list[dict[str, Json]] = []

    # What resolvers get

    def info(self, call: Call) -> Any:
        """Return the info of a call, the same for all items."""
        found = self._infos.get(call)
        if found is None:
            found = self._infos[call] = call.info(self.context)
        return found

    def arguments(self, call: Call) -> dict[str, Any]:
        """Return the arguments of a call with this run's variables."""
        found = self._arguments.get(call)
        if found is None:
            found = self._arguments[call] = call.arguments_with(self.variables)
        return found

    # Things

    def look(self, key: str, locale: str, *, tail: bool = False) -> Item | Missing | None:
        """Return a thing as far as it is known: None if it is hidden, MISSING if it must be read."""
        found = self.context.look(key, locale)
        if tail and isinstance(found, Item) and not found.has_tail:
            return MISSING
        return found

    def found(self, key: str, locale: str) -> Item | None:
        """Return a thing that the level before this one has loaded."""
        return self.things[(key, locale)]

    def with_tail(self, item: Item) -> Item:
        """Return a thing with the long half of its document; the one that others hold stays.

        Raises: NotCovered when it was changed since it was read.
        """
        copy = item.copy()
        if not self.context.need_tail(copy):
            raise NotCovered
        return copy

    # Waiting

    def want(self, key: str, locale: str, *, tail: bool = False) -> None:
        """Read a thing with the next level."""
        self._wanted.setdefault((locale, tail), {})[key] = None

    def later(self, act: Callable[..., None], *arguments: Any) -> None:
        """Act when the next level is loaded."""
        self.context.unsettled += 1
        self._waiting.append((act, *arguments))

    def spoil(self, place: dict[str, Json]) -> None:
        """Note an object in which something is null that must not be."""
        self.context.unsettled += 1
        self._spoilt.append(place)

    @property
    def spoilt(self) -> int:
        """Return how many such objects there are so far."""
        return len(self._spoilt)

    def drive(
        self, resolver: Generator[Any, Any, Any], place: dict[str, Json], name: str, then: Complete
    ) -> Json:
        """Run a generator resolver as far as what it needs is known; its answer may come later."""
        try:
            step = next(resolver)
            while self._is_known(step):
                step = resolver.send(loaded(self.context, step))
        except StopIteration as end:
            return then(end.value, place, self)
        self._loads += needed_loads(step)
        self.later(self._go_on, resolver, step, place, name, then)
        return None

    def _go_on(
        self,
        resolver: Generator[Any, Any, Any],
        step: Any,
        place: dict[str, Json],
        name: str,
        then: Complete,
    ) -> None:
        try:
            step = resolver.send(loaded(self.context, step))
            while self._is_known(step):
                step = resolver.send(loaded(self.context, step))
        except StopIteration as end:
            place[name] = then(end.value, place, self)
        else:
            self._loads += needed_loads(step)
            self.later(self._go_on, resolver, step, place, name, then)

    def _is_known(self, step: Any) -> bool:
        results = self.context.results
        for load in needed_loads(step):
            if load in results:
                self.context.note(load)
                continue
            if type(load) is not Things:
                return False
            items = [self.look(key, load.locale, tail=load.tail) for key in load.keys]
            if MISSING in items:
                return False
            results[load] = [item for item in items if item is not None]
        return True

    def finish(self, data: dict[str, Json]) -> None:
        """Load level after level until nothing waits.

        Raises: NotCovered when something is null in the answer that must not be.
        """
        while self._waiting:
            waiting, loads, wanted = self._waiting, self._loads, self._wanted
            self._waiting, self._loads, self._wanted = [], [], {}
            loads += [Things(tuple(keys), *how) for how, keys in wanted.items()]
            self.context.load(loads)
            for act, *arguments in waiting:
                act(*arguments)
        if self._spoilt and _holds(data, {id(place) for place in self._spoilt}):
            raise NotCovered


def _holds(value: Json, places: set[int]) -> bool:
    """Say whether one of some objects is still part of an answer."""
    if isinstance(value, dict):
        return id(value) in places or any(_holds(inner, places) for inner in value.values())
    return isinstance(value, list) and any(_holds(inner, places) for inner in value)
