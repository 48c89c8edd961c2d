"""What RFC 4287, RFC 5005 and RFC 6721 ask of an Atom feed like ours, written down as RELAX NG.

Source: RFC 4287 sections 3 and 4 (which elements, how many of each, in any order, forms of dates and
addresses), RFC 6721 section 3. Elements of other namespaces are let through, as RFC 4287 section 6 does.
No package of pip, npm or Debian was found that ships a schema of Atom.
"""

from lxml import etree  # type: ignore[import-untyped]

ATOM = "http://www.w3.org/2005/Atom"
DELETED = "http://purl.org/atompub/tombstones/1.0"

_COMMON = """
  <define name="common">
    <optional><attribute name="xml:lang"><data type="language"/></attribute></optional>
  </define>
  <define name="text">
    <ref name="common"/>
    <optional><attribute name="type"><choice><value>text</value><value>html</value></choice></attribute>
    </optional>
    <text/>
  </define>
  <define name="iri"><data type="anyURI"><param name="minLength">1</param></data></define>
  <define name="instant">
    <data type="dateTime"><param name="pattern">.+T[^.]+(\\.[0-9]+)?(Z|[+\\-][0-9]{2}:[0-9]{2})</param>
    </data>
  </define>
  <define name="anything">
    <zeroOrMore>
      <choice>
        <attribute><anyName/></attribute><text/>
        <element><anyName/><ref name="anything"/></element>
      </choice>
    </zeroOrMore>
  </define>
  <define name="foreign">
    <zeroOrMore>
      <element>
        <anyName>
          <except>
            <nsName ns="http://www.w3.org/2005/Atom"/>
            <nsName ns="http://purl.org/atompub/tombstones/1.0"/>
          </except>
        </anyName>
        <ref name="anything"/>
      </element>
    </zeroOrMore>
  </define>
"""
_PARTS = """
  <define name="person">
    <ref name="common"/>
    <interleave>
      <element name="name"><text/></element>
      <optional><element name="uri"><ref name="iri"/></element></optional>
    </interleave>
  </define>
  <define name="link">
    <element name="link">
      <ref name="common"/>
      <attribute name="href"><ref name="iri"/></attribute>
      <attribute name="rel"><data type="NCName"/></attribute>
      <optional>
        <attribute name="type"><data type="string"><param name="pattern">.+/.+</param></data></attribute>
      </optional>
      <optional><attribute name="title"/></optional>
      <optional><attribute name="length"><data type="nonNegativeInteger"/></attribute></optional>
    </element>
  </define>
  <define name="category">
    <element name="category">
      <attribute name="term"/>
      <optional><attribute name="scheme"><ref name="iri"/></attribute></optional>
      <optional><attribute name="label"/></optional>
    </element>
  </define>
"""
_ENTRY = """
  <define name="entry">
    <element name="entry">
      <ref name="common"/>
      <interleave>
        <element name="id"><ref name="iri"/></element>
        <element name="title"><ref name="text"/></element>
        <element name="updated"><ref name="instant"/></element>
        <optional><element name="published"><ref name="instant"/></element></optional>
        <optional><element name="summary"><ref name="text"/></element></optional>
        <optional><element name="content"><ref name="text"/></element></optional>
        <optional><element name="rights"><ref name="text"/></element></optional>
        <zeroOrMore><element name="author"><ref name="person"/></element></zeroOrMore>
        <zeroOrMore><ref name="category"/></zeroOrMore>
        <oneOrMore><ref name="link"/></oneOrMore>
        <ref name="foreign"/>
      </interleave>
    </element>
  </define>
"""
_FEED = """
  <start>
    <element name="feed">
      <ref name="common"/>
      <interleave>
        <element name="id"><ref name="iri"/></element>
        <element name="title"><ref name="text"/></element>
        <element name="updated"><ref name="instant"/></element>
        <optional><element name="subtitle"><ref name="text"/></element></optional>
        <oneOrMore><element name="author"><ref name="person"/></element></oneOrMore>
        <oneOrMore><ref name="link"/></oneOrMore>
        <zeroOrMore><ref name="entry"/></zeroOrMore>
        <zeroOrMore>
          <element name="deleted-entry" ns="http://purl.org/atompub/tombstones/1.0">
            <attribute name="ref" ns=""><ref name="iri"/></attribute>
            <attribute name="when" ns=""><ref name="instant"/></attribute>
          </element>
        </zeroOrMore>
        <ref name="foreign"/>
      </interleave>
    </element>
  </start>
"""
GRAMMAR = f"""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="{ATOM}"
  datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
{_COMMON}{_PARTS}{_ENTRY}{_FEED}
</grammar>
"""


def objections(document: bytes) -> list[str]:
    """Return what is wrong with an Atom document; nothing for a sound one."""
    root = etree.fromstring(document)
    schema = etree.RelaxNG(etree.fromstring(GRAMMAR))
    found = [] if schema.validate(root) else [str(error) for error in schema.error_log]
    for place in (root, *root.iterfind(f"{{{ATOM}}}entry")):
        alternates = [
            (link.get("type"), link.get("hreflang"))
            for link in place.iterfind(f"{{{ATOM}}}link")
            if link.get("rel") == "alternate"
        ]
        if len(alternates) != len(set(alternates)):
            found.append(f"two alternate links of one type: {alternates}")
    ids = [entry.findtext(f"{{{ATOM}}}id") for entry in root.iterfind(f"{{{ATOM}}}entry")]
    gone = [entry.get("ref") for entry in root.iterfind(f"{{{DELETED}}}deleted-entry")]
    if len({*ids, *gone}) != len(ids) + len(gone):
        found.append("an id stands there twice")
    return found
