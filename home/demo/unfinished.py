"""Hand the item without a title to an editor as a task."""

from home.demo import lookup
from home.demo.accounts import EDITOR, MODERATOR, account
from home.demo.files import read
from home.demo.ledger import Ledger
from home.demo.pages import LANGUAGES

UNTITLED = "news/untitled-2020-05-21"


def load_task(ledger: Ledger) -> None:
    """Send the draft back to its editor with a note that says what is missing.

    Shape: the state in which a moderator leaves a page by asking for changes. It waits among the
           editor's pages in moderation and can be handed in again.
    """
    page = lookup.page(UNTITLED, language=LANGUAGES[0])
    if page is None or ledger.has("task"):
        return
    editor, moderator = account(EDITOR), account(MODERATOR)
    if editor is not None:
        page.owner = editor
        page.save(update_fields=["owner"])
    workflow = page.get_workflow()
    if workflow is not None:
        state = workflow.start(page, editor)
        note = read(f"pages/{UNTITLED}")["task"]
        state.current_task_state.specific.reject(user=moderator, comment=note)
    ledger.write("task", page)
