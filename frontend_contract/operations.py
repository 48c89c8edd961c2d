"""Read the operations that frontends really send."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from cms.api import limits
from cms.api.errors import Refused


class BadOperation(Exception):
    """Say that a file does not hold the one operation that its name promises."""


@dataclass(frozen=True, slots=True)
class ClientOperation:
    """Hold one operation of one frontend.

    Shape: `name` is the file's name and the operation's; `text` is what the frontend sends.
    """

    frontend: str
    name: str
    text: str
    document: DocumentNode
    definition: OperationDefinitionNode


def read(root: Path) -> list[ClientOperation]:
    """Return the operations below `operations/`, by frontend and name.

    Raises: BadOperation when a file does not parse or is named for another operation.
    """
    files = sorted((root / "operations").glob("*/*.graphql"))
    operations = [_read(path) for path in files]
    names = [operation.name for operation in operations]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadOperation(f"Two frontends call an operation {twice[0]}: rename one of them.")
    return operations


def _read(path: Path) -> ClientOperation:
    where = f"operations/{path.parent.name}/{path.name}"
    text = path.read_text(encoding="utf-8")
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        raise BadOperation(f"{where}: {error.message}") from error
    found = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(found) != 1 or found[0].name is None or found[0].name.value != path.stem:
        raise BadOperation(f"{where} must hold one operation, called {path.stem}.")
    return ClientOperation(path.parent.name, path.stem, text, document, found[0])


def problems(operations: Iterable[ClientOperation], schema: GraphQLSchema) -> list[str]:
    """Return in words why operations cannot be answered, by the schema or by the API's limits."""
    found = []
    for operation in operations:
        where = f"operations/{operation.frontend}/{operation.name}.graphql"
        found += [f"{where}: {error.message}" for error in validate(schema, operation.document)]
        try:
            limits.check(operation.document)
        except Refused as refused:
            found.append(f"{where}: {refused}")
        if len(operation.text) > limits.CHARACTERS_MAX:
            found.append(f"{where}: longer than {limits.CHARACTERS_MAX} characters.")
    return found
