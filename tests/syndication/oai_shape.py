"""State the shape of OAI-PMH 2.0 answers with oai_dc, as far as the repository may use it.

Source: https://www.openarchives.org/OAI/openarchivesprotocol.html, sections 3.2, 4 and 5.
"""

from typing import Any

from tests.syndication.asking import etree

SPACES = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dcx": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
SHAPE = etree.RelaxNG(
    etree.fromstring(
        """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.openarchives.org/OAI/2.0/"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="OAI-PMH">
    <ref name="located"/>
    <element name="responseDate"><ref name="second"/></element>
    <element name="request">
      <zeroOrMore><attribute><choice>
        <name ns="">verb</name><name ns="">identifier</name><name ns="">metadataPrefix</name>
        <name ns="">from</name><name ns="">until</name><name ns="">set</name>
        <name ns="">resumptionToken</name>
      </choice></attribute></zeroOrMore>
      <data type="anyURI"/>
    </element>
    <choice>
      <ref name="error"/><ref name="identify"/><ref name="formats"/><ref name="sets"/>
      <element name="ListIdentifiers">
        <oneOrMore><ref name="header"/></oneOrMore><optional><ref name="token"/></optional>
      </element>
      <element name="ListRecords">
        <oneOrMore><ref name="record"/></oneOrMore><optional><ref name="token"/></optional>
      </element>
      <element name="GetRecord"><ref name="record"/></element>
    </choice>
  </element></start>
  <define name="located">
    <attribute name="xsi:schemaLocation" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>
  </define>
  <define name="second"><data type="dateTime"><param name="pattern">.{19}Z</param></data></define>
  <define name="said"><data type="string"><param name="minLength">1</param></data></define>
  <define name="error"><element name="error">
    <attribute name="code" ns=""><choice>
      <value>badVerb</value><value>badArgument</value><value>badResumptionToken</value>
      <value>cannotDisseminateFormat</value><value>idDoesNotExist</value>
      <value>noRecordsMatch</value><value>noMetadataFormats</value><value>noSetHierarchy</value>
    </choice></attribute>
    <ref name="said"/>
  </element></define>
  <define name="identify"><element name="Identify">
    <element name="repositoryName"><ref name="said"/></element>
    <element name="baseURL"><data type="anyURI"/></element>
    <element name="protocolVersion"><value>2.0</value></element>
    <oneOrMore><element name="adminEmail"><data type="string">
      <param name="pattern">\\S+@(\\S+\\.)+\\S+</param>
    </data></element></oneOrMore>
    <element name="earliestDatestamp"><ref name="second"/></element>
    <element name="deletedRecord"><choice>
      <value>no</value><value>persistent</value><value>transient</value>
    </choice></element>
    <element name="granularity"><value>YYYY-MM-DDThh:mm:ssZ</value></element>
  </element></define>
  <define name="formats"><element name="ListMetadataFormats"><oneOrMore>
    <element name="metadataFormat">
      <element name="metadataPrefix"><value>oai_dc</value></element>
      <element name="schema"><data type="anyURI"/></element>
      <element name="metadataNamespace">
        <value>http://www.openarchives.org/OAI/2.0/oai_dc/</value>
      </element>
    </element>
  </oneOrMore></element></define>
  <define name="sets"><element name="ListSets"><oneOrMore><element name="set">
    <ref name="spec"/><element name="setName"><ref name="said"/></element>
  </element></oneOrMore></element></define>
  <define name="spec"><element name="setSpec"><data type="string">
    <param name="pattern">([A-Za-z0-9\\-_.!~*'()])+(:[A-Za-z0-9\\-_.!~*'()]+)*</param>
  </data></element></define>
  <define name="header"><element name="header">
    <optional><attribute name="status" ns=""><value>deleted</value></attribute></optional>
    <ref name="heading"/>
  </element></define>
  <define name="heading">
    <element name="identifier">
      <data type="anyURI"><param name="pattern">urn:ictcluster:[A-Za-z0-9_\\-]+</param></data>
    </element>
    <element name="datestamp"><ref name="second"/></element>
    <zeroOrMore><ref name="spec"/></zeroOrMore>
  </define>
  <define name="record"><element name="record">
    <ref name="header"/>
    <optional><element name="metadata"><ref name="dc"/></element></optional>
  </element></define>
  <define name="dc"><element name="d:dc" xmlns:d="http://www.openarchives.org/OAI/2.0/oai_dc/">
    <ref name="located"/>
    <oneOrMore><element>
      <choice ns="http://purl.org/dc/elements/1.1/">
        <name>title</name><name>creator</name><name>subject</name><name>description</name>
        <name>publisher</name><name>contributor</name><name>date</name><name>type</name>
        <name>format</name><name>identifier</name><name>source</name><name>language</name>
        <name>relation</name><name>coverage</name><name>rights</name>
      </choice>
      <ref name="said"/>
    </element></oneOrMore>
  </element></define>
  <define name="token"><element name="resumptionToken">
    <optional>
      <attribute name="cursor" ns=""><data type="nonNegativeInteger"/></attribute>
    </optional>
    <text/>
  </element></define>
</grammar>"""
    )
)


def assert_valid(document: Any) -> None:
    """Refuse what the protocol does not allow."""
    SHAPE.assertValid(document)
    for record in document.xpath("//o:record", namespaces=SPACES):
        is_deleted = bool(record.xpath("o:header/@status", namespaces=SPACES))
        has_metadata = bool(record.xpath("o:metadata", namespaces=SPACES))
        assert is_deleted != has_metadata
