"""Say which members of the schema an operation names: fields, arguments, enum values, input fields."""

from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)
from graphql.language import FragmentDefinitionNode


def members(schema: GraphQLSchema, text: str, operation_name: str) -> tuple[str, ...]:
    """Return the schema coordinates that one operation of a valid document names, sorted.

    Shape: without the introspection's own; what variables name is found by `variables`. Fields are
           those of the types that the document names, so a field of an interface is the interface's.
    """
    document = parse(text, no_location=True)
    found: set[str] = set()
    for node in _reached(document, operation_name):
        type_info = TypeInfo(schema)
        visit(node, TypeInfoVisitor(type_info, _Members(type_info, found)))
    return tuple(sorted(found))


def _reached(document: DocumentNode, operation_name: str) -> list[Node]:
    """Return the operation that is meant and the fragments it leads to, each once."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    waiting: list[Node] = [
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        and (not operation_name or (node.name is not None and node.name.value == operation_name))
    ]
    found: list[Node] = []
    while waiting:
        node = waiting.pop()
        found.append(node)
        spreads = _Spreads()
        visit(node, spreads)
        waiting += [fragments.pop(name) for name in spreads.names if name in fragments]
    return found


class _Spreads(Visitor):
    """Collect the names of the fragments that a definition spreads."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_rest: object) -> None:
        self.names.append(node.name.value)


class _Members(Visitor):
    """Collect coordinates on the way through a definition."""

    def __init__(self, type_info: TypeInfo, found: set[str]) -> None:
        super().__init__()
        self._types = type_info
        self._found = found
        self._field = ""

    def enter_field(self, node: FieldNode, *_rest: object) -> None:
        parent, name = self._types.get_parent_type(), node.name.value
        self._field = f"{parent.name}.{name}" if parent else ""
        if parent and not parent.name.startswith("__") and not name.startswith("__"):
            self._found.add(self._field)

    def enter_argument(self, node: ArgumentNode, *_rest: object) -> None:
        parent = self._types.get_parent_type()
        if self._types.get_directive() is None and parent and self._field in self._found:
            self._found.add(f"{self._field}({node.name.value}:)")

    def enter_enum_value(self, node: EnumValueNode, *_rest: object) -> None:
        named = get_named_type(self._types.get_input_type())
        if named is not None and not named.name.startswith("__"):
            self._found.add(f"{named.name}.{node.value}")

    def enter_object_field(self, node: ObjectFieldNode, *_rest: object) -> None:
        parent = get_named_type(self._types.get_parent_input_type())
        if parent is not None:
            self._found.add(f"{parent.name}.{node.name.value}")
