/* Keep Wagtail's autosave from overtaking the form that is being sent.

A draft kept after "Publish" was pressed makes the editor's own window look like another one: "You
saved a new version in another window". Remove when https://github.com/wagtail/wagtail/issues/13863 is
settled. */
(() => {
    let waiting = null;
    let isLeaving = false;

    document.addEventListener("w-autosave:save", (event) => {
        if (isLeaving) event.preventDefault();
        waiting = event;
    });

    window.addEventListener("submit", (event) => {
        if (event.defaultPrevented || !event.target.matches("[data-edit-form]")) return;
        isLeaving = true;
        // The draft is sent half a second after this event, and only if nobody has refused it by then.
        if (waiting) waiting.preventDefault();
    });

    window.addEventListener("pageshow", () => {
        isLeaving = false;
    });
})();
