"""Load the demo content, once.

Every part is loaded once in the life of an installation (see `ledger.py`), in the order in which parts
point at each other. A part that a later version of the data adds is loaded by the next run.
"""

from cms.publishing.scopes import transaction
from home.demo.accounts import load_accounts
from home.demo.drawings import SIZE
from home.demo.ledger import Ledger
from home.demo.pages import load_cluster, load_pages
from home.demo.pictures import load_pictures
from home.demo.site import load_site, open_site, refuse_other_content
from home.demo.snippets import load_snippets
from home.demo.unfinished import load_task


def load_demo(*, picture_size: tuple[int, int] = SIZE) -> int:
    """Load what was never loaded here, published rows included, and return how many things that was.

    Raises: OtherContent when the installation had a site of its own first; nothing is changed then.
    """
    with transaction():
        ledger = Ledger()
        refuse_other_content(ledger)
        accounts = load_accounts()
        load_pictures(ledger, size=picture_size)
        load_snippets(ledger)
        load_cluster(ledger)
        open_site(ledger)
        load_pages(ledger)
        load_site(ledger)
        load_task(ledger)
    return ledger.count + accounts
