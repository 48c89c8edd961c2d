"""Turn the text of a document into one that can be executed; each text once."""

from dataclasses import dataclass, field

from django.conf import settings
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping

from cms.api import limits
from cms.api.cache.documents import Documents
from cms.api.cost import CostPlan
from cms.api.cost_plan import cost_plan
from cms.api.errors import Code, Refused, shape
from cms.api.exchange import document_id_of
from cms.api.schema import schema

# Comparing fields that might clash is quadratic; 500,000 comparisons are graphql-core's default.
overlapping.MAX_COMPLEXITY_BUDGET = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Hold a document within the limits and valid for the schema."""

    document: DocumentNode
    operations: dict[str, OperationDefinitionNode]
    cost_plans: dict[str, CostPlan] = field(default_factory=dict)

    def cost_plan(self, operation: OperationDefinitionNode) -> CostPlan:
        """Return the cost plan of one of the operations; made once.

        Raises: Refused.
        """
        name = operation.name.value if operation.name else ""
        if name not in self.cost_plans:
            self.cost_plans[name] = cost_plan(schema(), self.document, operation)
        return self.cost_plans[name]


DOCUMENTS: Documents[Prepared] = Documents()


def prepare(text: str, *, document_id: str = "") -> Prepared:
    """Return the document of a text; kept by its hash, because clients send few different ones.

    Raises: Refused.
    """
    is_public = bool(settings.GRAPHQL_SCHEMA_PUBLIC)
    key = f"{document_id or document_id_of(text)} {is_public}"
    found = DOCUMENTS.get(key)
    if found is None:
        found = _prepare(text, is_schema_public=is_public)
        DOCUMENTS.keep(key, found, text=text)
    return found


def _prepare(text: str, *, is_schema_public: bool) -> Prepared:
    document = _parsed(text)
    limits.check(document)
    if not is_schema_public:
        _refuse_introspection(document)
    errors = validate(
        schema(),
        document,
        max_errors=limits.ERRORS_MAX,
        hide_suggestions=not (settings.DEBUG and is_schema_public),
    )
    if errors:
        raise _refused(errors[: limits.ERRORS_MAX], Code.GRAPHQL_VALIDATION_FAILED)
    operations = {
        node.name.value if node.name else "": node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    }
    return Prepared(document, operations)


def _refuse_introspection(document: DocumentNode) -> None:
    """Refuse questions about the schema; which type an object is, `__typename`, may be asked."""
    if validate(schema(), document, [NoSchemaIntrospectionCustomRule], max_errors=1):
        message = "The schema of this API is not public: `__schema` and `__type` are not answered."
        raise Refused(Code.SCHEMA_NOT_PUBLIC, message, status=403)


def _parsed(text: str) -> DocumentNode:
    if len(text) > limits.CHARACTERS_MAX:
        message = f"The document has more than {limits.CHARACTERS_MAX} characters."
        raise Refused(Code.DOCUMENT_TOO_LARGE, message)
    try:
        return parse(
            text,
            max_lexical_tokens=limits.TOKENS_MAX,
            max_comments=limits.COMMENTS_MAX,
            max_source_length=limits.CHARACTERS_MAX,
        )
    except GraphQLSyntaxError as error:
        raise _refused([error], _code(error)) from error


def _code(error: GraphQLSyntaxError) -> Code:
    """Tell a document beyond the parser's own limits, which only its words say, from a mistake."""
    if not error.message.endswith("Parsing aborted."):
        return Code.GRAPHQL_PARSE_FAILED
    return Code.DOCUMENT_TOO_DEEP if "nested" in error.message else Code.DOCUMENT_TOO_LARGE


def _refused(errors: list[GraphQLError], code: Code) -> Refused:
    shaped = [shape(_without_ours(error), fallback=code) for error in errors]
    return Refused(code, "The document cannot be answered.", errors=shaped)


def _without_ours(error: GraphQLError) -> GraphQLError:
    """Return what a client may be told of a value that a scalar failed to read."""
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        return error
    return GraphQLError("A value in the document cannot be read.", error.nodes)


def chosen(prepared: Prepared, name: str | None) -> OperationDefinitionNode:
    """Return the operation that is meant.

    Raises: Refused when a request does not say which it means, or means one that writes.
    """
    found = list(prepared.operations.values())
    if name is not None:
        found = [node for key, node in prepared.operations.items() if key and key == name]
    if len(found) != 1:
        message = "`operationName` must name one operation of the document."
        raise Refused(Code.OPERATION_UNKNOWN, message)
    if found[0].operation is not OperationType.QUERY:
        raise Refused(
            Code.OPERATION_NOT_SUPPORTED, "This API is read-only: it answers queries, nothing else."
        )
    return found[0]
