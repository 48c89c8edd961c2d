"""Write documents that try to cost much: each of one known kind."""

from collections.abc import Iterator

LEVELS = "breadcrumbs"


def documents() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each."""
    yield "doubling fragments", _doubling(40)
    yield "doubling fragments that are fields", _chain(49, "{ translations { url } ...F%d ...F%d }")
    yield "fragments in each other", _all_spread(49)
    yield "a circle of fragments", _circle(49)
    yield "unknown fragments", "{ " + " ".join(f"...U{n}" for n in range(950)) + " }"
    yield (
        "unused fragments",
        "{ __typename } " + " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(49)),
    )
    yield "aliases", "{ " + " ".join(f"a{n}: news {{ nodes {{ id }} }}" for n in range(240)) + " }"
    yield "the same field", "{ " + "news { nodes { id title } } " * 200 + "}"
    yield "overlapping fields", _overlapping(500)
    yield "overlapping fields in fragments", _overlapping_fragments(45)
    yield (
        "conflicting fields",
        "{ " + " ".join(f"a: news(first: {n}) {{ x }}" for n in range(200)) + " }",
    )
    yield "levels", _levels(195)
    yield "levels in fragments", _levels_in_fragments(48, 17)
    yield "inline fragments", "{" + " ... {" * 210 + " __typename" + " }" * 211
    yield "a list of numbers", "{ news(first: [" + "1 " * 1_980 + "]) { totalCount } }"
    yield (
        "lists in lists",
        "{ news(filter: {topics: " + "[" * 190 + '"x"' + "]" * 190 + "}) { totalCount } }",
    )
    yield (
        "objects in objects",
        "{ news(filter: " + "{topics: " * 190 + "1" + "}" * 190 + ") { totalCount } }",
    )
    yield "a long string", '{ search(text: "' + "x" * 15_900 + '") { x } }'
    yield "a block string", '{ search(text: """' + "\n" * 7_900 + '""") { x } }'
    yield "escapes", '{ search(text: "' + "\\u0041" * 2_600 + '") { x } }'
    yield "a long name", "{ " + "x" * 15_900 + " }"
    yield "a long number", "{ news(first: " + "9" * 15_900 + ") { totalCount } }"
    yield "variables", _variables(330)
    yield "variables with long types", "query(" + "$a: " + "[" * 190 + "Int" + "]" * 190 + ") { x }"
    yield "many unknown fields", "{ " + " ".join(f"unknown{n}" for n in range(490)) + " }"
    yield "almost known fields", "{ " + " ".join(f"new{'s' * (n % 30)}x" for n in range(490)) + " }"
    yield (
        "unknown arguments",
        "{ news(" + " ".join(f"a{n}: 1" for n in range(640)) + ") { totalCount } }",
    )
    yield "unknown types", " ".join(f"query Q{n}($a: T{n}) {{ x }}" for n in range(18))
    yield "directives", "{ __typename " + "@include(if: true) " * 320 + "}"
    yield "unknown directives", "{ __typename " + "@x " * 900 + "}"
    yield "operations", " ".join(f"query Q{n} {{ x }}" for n in range(300))
    yield "operations with fragments", _operations(20)
    yield "introspection in circles", _introspection(6)
    yield "comments", "#x\n" * 5_000 + "{ __typename }"
    yield "commas", "," * 15_900 + "{ __typename"
    yield "opened", "{" * 15_900
    yield "types and levels", _types_and_levels(11)
    yield "products", _products()


def _doubling(levels: int) -> str:
    parts = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return f"{{ ...F0 }} {' '.join(parts)} fragment F{levels} on Query {{ __typename }}"


def _chain(levels: int, body: str) -> str:
    parts = [f"fragment F{n} on Page {body % (n + 1, n + 1)}" for n in range(levels - 1)]
    last = f"fragment F{levels - 1} on Page {{ url }}"
    return f'{{ route(path: "/") {{ page {{ ...F0 }} }} }} {" ".join(parts)} {last}'


def _all_spread(count: int) -> str:
    def spread(own: int) -> str:
        return " ".join(f"...F{n}" for n in range(own + 1, min(count, own + 30)))

    parts = [f"fragment F{n} on Query {{ __typename {spread(n)} }}" for n in range(count)]
    return "{ ...F0 } " + " ".join(parts)


def _circle(count: int) -> str:
    parts = [f"fragment F{n} on Query {{ ...F{(n + 1) % count} }}" for n in range(count)]
    return "{ ...F0 } " + " ".join(parts)


def _overlapping(count: int) -> str:
    return '{ route(path: "/") { page { ' + "url " * (count - 2) + "nothing } } }"


def _overlapping_fragments(count: int) -> str:
    spreads = " ".join(f"...F{n}" for n in range(count))
    body = "breadcrumbs { title url breadcrumbs { title url locale path } }"
    parts = " ".join(f"fragment F{n} on Page {{ {body} }}" for n in range(count))
    return f'{{ route(path: "/") {{ page {{ {spreads} nothing }} }} }} {parts}'


def _levels(count: int) -> str:
    return f"{{ route {{ page {f'{{ {LEVELS} ' * (count - 3)}{{ url }}{'}' * (count - 3)} }} }}"


def _levels_in_fragments(count: int, levels: int) -> str:
    parts = [
        f"fragment F{n} on Page {{ {f'{LEVELS} {{ ' * levels}...F{n + 1}{' }' * levels} }}"
        for n in range(count)
    ]
    last = f"fragment F{count} on Page {{ url }}"
    return f'{{ route(path: "/") {{ page {{ ...F0 }} }} }} {" ".join(parts)} {last}'


def _variables(count: int) -> str:
    given = " ".join(f"$v{n}: String" for n in range(count))
    return f"query({given}) {{ __typename }}"


def _operations(count: int) -> str:
    body = " ".join(f"...F{n}" for n in range(30))
    parts = " ".join(f"fragment F{n} on Query {{ __typename ...F{n + 1} }}" for n in range(30))
    last = "fragment F30 on Query { nothing }"
    return " ".join(f"query Q{n} {{ {body} }}" for n in range(count)) + f" {parts} {last}"


def _introspection(levels: int) -> str:
    inner = "name"
    for _ in range(levels):
        inner = f"fields {{ type {{ {inner} }} }}"
    return f"{{ __schema {{ types {{ {inner} }} }} }}"


def _types_and_levels(levels: int) -> str:
    """Return chains of fields that each hold for one type at one level: many ways to merge them."""
    chains = []
    for at in range(levels - 3):
        for name in ("NewsPage", "ProjectPage", "EventPage"):
            inner = "{ url }"
            for level in reversed(range(levels - 3)):
                step = f"breadcrumbs {inner}"
                inner = f"{{ ... on {name} {{ {step} }} }}" if level == at else f"{{ {step} }}"
            chains.append(inner[1:-1])
    return f'{{ route(path: "/") {{ page {{ {" ".join(chains)} }} }} }}'


def _products() -> str:
    related = "related(first: 100) { ... on NewsPage { related(first: 100) { url } } }"
    return f"{{ news(first: 100) {{ nodes {{ {related} }} }} }}"
