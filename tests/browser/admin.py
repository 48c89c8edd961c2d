"""Do in the admin what a person at the screen does: look for words, click, type."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

# Wagtail compares a form with what it held two seconds after it was opened, looks every half second, and
# keeps what has changed a second later.
UNTIL_KEPT_MILLISECONDS = 4_000


class Admin:
    """Drive one window of the admin.

    Shape: everything is found by what it says or by the field's name, as a person finds it.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        # So that time passes when a journey says so.
        page.clock.install()

    def open(self, path: str) -> None:
        """Go to an address of the admin, for instance `news/`, and wait for its scripts."""
        self.page.goto(f"/admin/{path}", wait_until="load")

    def edit(self, page: Any) -> None:
        """Open the form of a page."""
        self.open(f"pages/{page.pk}/edit/")

    def field(self, name: str) -> Locator:
        """Return the input of a field."""
        return self.page.locator(f"[name='{name}']")

    def tab(self, name: str) -> None:
        """Go to a tab of the form."""
        self.page.get_by_role("tab", name=name).click()

    def tick(self, label: str) -> None:
        """Tick a box by its words."""
        self.page.get_by_label(label, exact=True).check()

    @property
    def dialog(self) -> Locator:
        """Return the dialog that lies over the page."""
        return self.page.locator(".modal-dialog")

    # Saving

    def settle(self) -> None:
        """Let time pass until the form, kept as a draft by itself, is at rest.

        Whoever publishes while that is under way is asked about another window's version.
        """
        self.page.clock.run_for(UNTIL_KEPT_MILLISECONDS)
        expect(self.page.get_by_text("Saving…", exact=True)).to_be_hidden()

    def save(self) -> None:
        """Save the form as a draft."""
        self._leave(self.page.get_by_role("button", name="Save draft"))

    def publish(self) -> None:
        """Publish what the form holds."""
        self._leave(self.page.get_by_role("button", name="Publish", exact=True), is_hidden=True)

    def submit(self) -> None:
        """Send the form to the moderators."""
        self._leave(self.page.locator("button[name='action-submit']"), is_hidden=True)

    def approve(self) -> None:
        """Approve what waits for a moderator."""
        button = self.page.locator("[data-workflow-action-name='approve']")
        self._leave(button.first, is_hidden=not button.first.is_visible())

    def set_privacy(self, choice: str, *, password: str = "") -> None:
        """Say who may see the page whose form is open, and everything below it."""
        status = self.page.get_by_label("Toggle status")
        if status.get_attribute("aria-expanded") != "true":
            status.click()
        self.page.get_by_role("button", name="Change privacy").click()
        dialog = self.page.get_by_role("dialog").filter(has_text="privacy")
        dialog.get_by_label(choice, exact=True).check()
        if password:
            dialog.locator("[name='password']").fill(password)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_be_hidden()

    def more_actions(self) -> None:
        """Open the list of what can be done with the form."""
        self.page.locator("footer [data-w-dropdown-target='toggle']").click()

    def confirm(self, name: str) -> None:
        """Press the button of a page that asks for confirmation."""
        self._leave(self.page.get_by_role("button", name=name, exact=True))

    def _leave(self, button: Locator, *, is_hidden: bool = False) -> None:
        self.settle()
        if is_hidden:
            self.more_actions()
        with self.page.expect_navigation():
            button.click()

    # What the editor is told

    @property
    def messages(self) -> list[str]:
        """Return what the bar at the top says, without its buttons."""
        script = """items => items.map(item => {
            const copy = item.cloneNode(true);
            copy.querySelectorAll("button, a").forEach(control => control.remove());
            return copy.textContent.trim().replace(/\\s+/g, " ");
        }).filter(Boolean)"""
        found: list[str] = self.page.locator(".messages li").evaluate_all(script)
        return found

    def problem_at(self, name: str) -> str:
        """Return the error shown at a field."""
        field = self.page.locator(".w-field", has=self.field(name))
        return field.locator(".error-message").inner_text().strip()

    # Pictures

    def upload_picture(self, chooser: Locator, file: Path, *, title: str) -> None:
        """Upload a picture in the dialog of a chooser and choose it."""
        chooser.get_by_role("button", name="Choose an image").click()
        dialog = self.dialog
        dialog.get_by_role("tab", name="Upload").click()
        dialog.locator("input[type=file]").set_input_files(file)
        dialog.locator("[name$='title']").fill(title)
        dialog.get_by_role("button", name="Upload", exact=True).click()
        self._chosen(chooser, title)

    def choose_picture(self, chooser: Locator, *, title: str) -> None:
        """Choose a picture that was uploaded before."""
        chooser.get_by_role("button", name="Choose an image").click()
        self.dialog.get_by_role("link", name=title).click()
        self._chosen(chooser, title)

    def _chosen(self, chooser: Locator, title: str) -> None:
        expect(self.dialog).to_have_count(0)
        expect(chooser).to_contain_text(title)

    def chooser(self, name: str) -> Locator:
        """Return the chooser of a field."""
        return self.page.locator(f"#id_{name}-chooser")

    # Blocks

    def add_block(self, name: str, *, stream: str = "body") -> Locator:
        """Add a block at the end of a stream and return its form."""
        section = self.page.locator(f"[data-contentpath='{stream}']").first
        blocks = section.locator("[data-streamfield-child]")
        place = blocks.count()
        section.get_by_title("Insert a block").last.click()
        self.page.get_by_role("option", name=name, exact=True).click()
        return blocks.nth(place)

    def link_to_page(self, text: Locator, *, title: str) -> None:
        """Link the end of a text to a page that is found by its title."""
        text.get_by_role("textbox").press("Control+k")
        self.dialog.get_by_placeholder("Search").fill(title)
        self.dialog.get_by_role("link", name=title, exact=True).click()
        self._chosen(text, title)
