"""Write what would do harm into every place of a site, as an importer would."""

import json
from typing import Any

from wagtail.contrib.redirects.models import Redirect

from cms.content.models import PersonField
from home.models.cluster_parts import SupportService
from home.models.site_settings import SocialLink
from projects.models import ProjectResult
from tests.factories import (
    make_document,
    make_organisation,
    make_person,
    make_programme,
    make_term,
)
from tests.page_factories import NOON, make_event, make_menu, make_news, make_project, make_world

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "</script><script>alert(1)</script>",
    "<script\x0c>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror='alert(1)'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=data:text/html,<script>alert(1)</script>></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='https://a.example' onclick='alert(1)'>x</a>",
    "<a linktype='page' id='1' onmouseover='alert(1)'>x</a>",
    "<a linktype='page' id='1\" onclick=\"alert(1)'>x</a>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=javascript:alert(1)//>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<template><img src=x onerror=alert(1)></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    "'\"><script>alert(1)</script>",
    "javascript:alert(1)",
    "\u2028</script>\u2029<script>alert(1)</script>&amp;",
]
LINKS = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:alert(1)",
    "//evil.example/",
    "/\\evil.example/",
    'https://a.example/" onclick="alert(1)',
]


def blocks(text: str, link: str, *, image: Any, document: Any) -> str:
    """Return a body with a payload in every place of every block."""
    picture = {"image": image.pk, "alt": text, "caption": text, "is_decorative": False}
    values: dict[str, Any] = {
        "heading": {"text": text, "level": "2"},
        "text": {"content": text},
        "quote": {"quotation": text, "attribution": text},
        "image": picture,
        "gallery": {"pictures": [{"type": "item", "value": picture}]},
        "facts": {"facts": [{"label": text, "value": text, "source": text}]},
        "table": {
            "table": {
                "data": [[text, text], [text, text]],
                "first_row_is_table_header": True,
                "table_caption": text,
                "cell": [{"row": 0, "col": 0, "className": text}],
            }
        },
        "embed": {"address": link, "title": text},
        "document": {"document": document.pk},
        "link": {"text": text, "address": link},
        "call_to_action": {"text": text, "address": link, "style": "PRIMARY"},
    }
    return json.dumps([{"type": k, "value": v, "id": text[:20]} for k, v in values.items()])


def write_everywhere(number: int, text: str, link: str, image: Any) -> None:
    """Write a payload into every text, title, alternative text and address there is, on a site."""
    short = text[:60]
    world = make_world(
        key=f"site{number}", is_default=number == 0, site_name_en=short, contact_email=short
    )
    document = make_document(title=text)
    body = blocks(text, link, image=image, document=document)
    picture: dict[str, Any] = {"picture": image, "picture_alt": text}
    seo = {"seo_title": text, "search_description": text}
    person = make_person(
        name=text, local_name=text, role_en=text, shown=[PersonField.ROLE], **picture
    )
    organisation = make_organisation(name=text, local_name=text, website=link)
    programme = make_programme(name=text, full_name=text, funder=text, website=link)
    term = make_term(label_en=text, label_bg=text, version=short[:40])
    project = make_project(
        world.projects,
        title=text,
        slug="project",
        acronym=short,
        full_title=text,
        contract_number=text,
        summary=text,
        objectives=text,
        approaches=text,
        target_group=text,
        programmes=[programme],
        partners={organisation: "COORDINATOR"},
        results=[ProjectResult(text=text)],
        body=body,
        **picture,
        **seo,
    )
    news = make_news(
        world.news,
        title=f"i {text}",
        slug="news",
        introduction=f"i {text}",
        correction_note=text,
        corrected_at=NOON,
        licence=text,
        attribution_text=text,
        types=["OPEN_CALL"],
        author=person,
        topics=[term],
        project=project,
        body=body,
        **picture,
        **seo,
    )
    # Saving a page checks its addresses; a query does not.
    type(news).objects.filter(pk=news.pk).update(
        attribution_url=link, canonical_url=link, apply_url=link
    )
    make_event(
        world.events,
        title=text,
        slug="event",
        summary=text,
        participants_note=text,
        venue_name=text,
        venue_address=text,
        venue_city=text,
        body=body,
        **seo,
    )
    cluster = world.cluster.__class__.objects.get(pk=world.cluster.pk)
    for name in ("about", "mission", "goals", "activity_areas", "legal_form", "region_label"):
        setattr(cluster, name, text)
    cluster.contact, cluster.local_name = person, text
    cluster.support_services.set([SupportService(term=term, other_text=text)])
    cluster.save()
    type(cluster).objects.filter(pk=cluster.pk).update(website=link)
    world.settings.social_links.set([SocialLink(network="OTHER", url=link)])
    world.settings.save()
    make_menu(world.site, [{"text": short, "address": link}])
    Redirect.objects.create(old_path="/old", redirect_link=link, site=world.site)
