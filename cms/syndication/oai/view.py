"""Take OAI-PMH requests over HTTP.

Source: OAI-PMH 2.0: errors are answered with status 200 and a code in the document.
"""

from collections.abc import Mapping

from django.http import HttpRequest, QueryDict

from cms.publishing.reading.context import ReadContext
from cms.syndication.markup import Markup
from cms.syndication.oai.answers import ANSWERS, base_url, datestamp
from cms.syndication.oai.arguments import ProtocolError, read_arguments
from cms.syndication.oai.dublin_core import XSI
from cms.syndication.scoped import refuse_narrow_key
from cms.syndication.serving import Served, refusal, served

XML = "text/xml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
OAI = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
BODY_MAX_BYTES = 16 * 1024
# With these two a request may not have been understood, so its arguments are not repeated.
UNSURE = frozenset({"badVerb", "badArgument"})


@served(("GET", "HEAD", "POST"))
def repository(request: HttpRequest, context: ReadContext) -> Served:
    """Answer a request of the protocol."""
    refuse_narrow_key(context, feed="oai")
    if request.method == "POST":
        if request.content_type != FORM:
            return refusal(f"Send the arguments as `{FORM}`.", status=415)
        body = request.read(BODY_MAX_BYTES + 1)
        if len(body) > BODY_MAX_BYTES:
            return refusal(f"The body has more than {BODY_MAX_BYTES} bytes.", status=413)
        given = QueryDict(body, encoding="utf-8")
    else:
        given = request.GET
    return _respond(given, context)


def _respond(given: QueryDict, context: ReadContext) -> Served:
    answer, arguments = Markup(), {}
    try:
        arguments = read_arguments(given)
        verb = arguments["verb"]
        answer.start(verb)
        ANSWERS[verb](answer, arguments, context)
        answer.end()
    except ProtocolError as error:
        answer = Markup()
        answer.element("error", str(error), code=error.code)
        if error.code in UNSURE:
            arguments = {}
    content = answer.fragment()
    likeness = f"{sorted(arguments.items())}{content}".encode()
    return Served(_document(content, arguments, context), XML, likeness=likeness)


def _document(content: str, arguments: Mapping[str, str], context: ReadContext) -> bytes:
    markup = Markup()
    schema = f"{OAI} {SCHEMA}"
    markup.start("OAI-PMH", xmlns=OAI, xmlns_xsi=XSI, xsi_schemaLocation=schema)
    markup.element("responseDate", datestamp(context.now))
    markup.element("request", base_url(), **arguments)
    markup.add(content)
    markup.end()
    return markup.document()
