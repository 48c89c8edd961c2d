"""Write the answers of the protocol, each verb by a function of its own."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from django.conf import settings

from cms.publishing.reading.context import ReadContext, UnknownSite
from cms.publishing.reading.stored import localized
from cms.publishing.reading.structured_data import json_ld, urn
from cms.publishing.reading.together import drive_together
from cms.publishing.schema.authoring import import_extensions
from cms.syndication.markup import Markup
from cms.syndication.oai import dublin_core
from cms.syndication.oai.arguments import SET_KINDS, ProtocolError
from cms.syndication.oai.records import (
    NOT_OURS,
    Position,
    describe,
    list_records,
    read_token,
    sets,
)
from cms.syndication.serving import public_address
from cms.syndication.stated import Stated, by_public_id

Arguments = Mapping[str, str]
GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"


def base_url() -> str:
    """Return the address of the repository."""
    return public_address("/oai")


def datestamp(moment: dt.datetime) -> str:
    """Return an instant as the protocol writes it."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def identify(markup: Markup, arguments: Arguments, context: ReadContext) -> None:
    """Write what the repository says of itself."""
    try:
        site = context.site()
        key, name, language = site.key, urlsplit(site.base_url).netloc, site.default_locale
    except UnknownSite:
        key, name, language = "", urlsplit(base_url()).netloc, "en"
    found = describe(context, site=key)
    names = found.about.get("siteName") if found.about else None
    email = found.about.get("contactEmail") if found.about else None
    markup.element("repositoryName", (localized(names, locale=language) if names else "") or name)
    markup.element("baseURL", base_url())
    markup.element("protocolVersion", "2.0")
    markup.element("adminEmail", email or f"postmaster@{urlsplit(base_url()).hostname}")
    markup.element("earliestDatestamp", datestamp(found.earliest))
    # As long as tombstones are kept for good; afterwards it would be a promise that is not kept.
    markup.element("deletedRecord", "persistent" if found.is_complete else "transient")
    markup.element("granularity", GRANULARITY)


def list_metadata_formats(markup: Markup, arguments: Arguments, context: ReadContext) -> None:
    """Write the one format there is."""
    if "identifier" in arguments:
        _one(arguments["identifier"], context)
    markup.start("metadataFormat")
    markup.element("metadataPrefix", dublin_core.PREFIX)
    markup.element("schema", dublin_core.SCHEMA)
    markup.element("metadataNamespace", dublin_core.NAMESPACE)
    markup.end()


def list_sets(markup: Markup, arguments: Arguments, context: ReadContext) -> None:
    """Write the sets: all pages of a type, and all in a language."""
    if "resumptionToken" in arguments:
        raise ProtocolError("badResumptionToken", NOT_OURS)
    types, codes = sets(context)
    names = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
    _write_set(markup, SET_KINDS[0], "Pages by their type")
    for type_name in types:
        _write_set(markup, f"{SET_KINDS[0]}:{type_name}", type_name)
    _write_set(markup, SET_KINDS[1], "Pages by their language")
    for code in codes:
        _write_set(markup, f"{SET_KINDS[1]}:{code}", str(names.get(code, code)))


def _write_set(markup: Markup, spec: str, name: str) -> None:
    markup.start("set")
    markup.element("setSpec", spec)
    markup.element("setName", name)
    markup.end()


def get_record(markup: Markup, arguments: Arguments, context: ReadContext) -> None:
    """Write one record."""
    _check_format(arguments)
    _write_records(markup, [_one(arguments["identifier"], context)], context)


def list_identifiers(markup: Markup, arguments: Arguments, context: ReadContext) -> None:
    """Write the headers of a list."""
    position = _position("ListIdentifiers", arguments)
    records = list_records(context, position)
    for stated in records.found:
        _write_header(markup, stated)
    _write_token(markup, position, records.following)


def list_all_records(markup: Markup, arguments: Arguments, context: ReadContext) -> None:
    """Write the records of a list."""
    position = _position("ListRecords", arguments)
    records = list_records(context, position)
    _write_records(markup, records.found, context)
    _write_token(markup, position, records.following)


def _position(verb: str, arguments: Arguments) -> Position:
    if "resumptionToken" in arguments:
        return read_token(arguments["resumptionToken"], verb=verb)
    _check_format(arguments)
    wanted = {name: arguments[name] for name in ("from", "until", "set") if name in arguments}
    return Position(verb, wanted)


def _check_format(arguments: Arguments) -> None:
    if arguments["metadataPrefix"] != dublin_core.PREFIX:
        message = f"The only format is {dublin_core.PREFIX}."
        raise ProtocolError("cannotDisseminateFormat", message)


def _one(identifier: str, context: ReadContext) -> Stated:
    stated = None
    if identifier.startswith(urn("")):
        stated, _changed_at = by_public_id(context, identifier.removeprefix(urn("")))
    if stated is None:
        raise ProtocolError("idDoesNotExist", "There is no record with this identifier.")
    return stated


def _write_header(markup: Markup, stated: Stated) -> None:
    markup.start("header", status="deleted" if stated.is_withdrawn else None)
    markup.element("identifier", urn(stated.item.public_id))
    markup.element("datestamp", datestamp(stated.changed_at))
    for kind, value in zip(SET_KINDS, (stated.item.type, stated.item.locale), strict=True):
        if value:
            markup.element("setSpec", f"{kind}:{value}")
    markup.end()


def _write_records(markup: Markup, found: Sequence[Stated], context: ReadContext) -> None:
    import_extensions()
    shown = [stated for stated in found if not stated.is_withdrawn]
    made = drive_together(context, [json_ld(stated.item, context) for stated in shown])
    documents = {id(stated): document for stated, document in zip(shown, made, strict=True)}
    for stated in found:
        markup.start("record")
        _write_header(markup, stated)
        if not stated.is_withdrawn:
            markup.start("metadata")
            dublin_core.write_dublin_core(markup, stated.item, documents[id(stated)])
            markup.end()
        markup.end()


def _write_token(markup: Markup, position: Position, following: Position | None) -> None:
    """Write where the list goes on; an empty token ends one that was not whole at once."""
    if following is not None:
        markup.element("resumptionToken", following.token(), cursor=str(position.count))
    elif position.count:
        markup.element("resumptionToken", cursor=str(position.count))


Answering = Callable[[Markup, Arguments, ReadContext], None]
ANSWERS: dict[str, Answering] = {
    "Identify": identify,
    "ListMetadataFormats": list_metadata_formats,
    "ListSets": list_sets,
    "ListIdentifiers": list_identifiers,
    "ListRecords": list_all_records,
    "GetRecord": get_record,
}
