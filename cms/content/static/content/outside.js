/* Load the tab "Outside" when it comes into view, and again after the form was kept as a draft. */
(() => {
    const failed = "This could not be loaded. Close the tab and open it again.";

    // Only the answer to the last question counts: an earlier one may arrive after it.
    let asked = 0;

    const load = async (place) => {
        const mine = (asked += 1);
        place.dataset.outsideIsFresh = "true";
        try {
            const response = await fetch(place.dataset.outside, { credentials: "same-origin" });
            if (!response.ok) throw new Error(String(response.status));
            const html = await response.text();
            if (mine === asked) place.innerHTML = html;
        } catch {
            if (mine !== asked) return;
            delete place.dataset.outsideIsFresh;
            const words = document.createElement("p");
            words.className = "outside__waiting";
            words.textContent = failed;
            place.replaceChildren(words);
        }
    };

    const isSeen = (place) => place.offsetParent !== null;
    const isStale = (place) => !place.dataset.outsideIsFresh;

    document.addEventListener("DOMContentLoaded", () => {
        const observer = new IntersectionObserver((entries) => {
            entries
                .filter((entry) => entry.isIntersecting && isStale(entry.target))
                .forEach((entry) => load(entry.target));
        });
        document.querySelectorAll("[data-outside]").forEach((place) => observer.observe(place));
    });

    document.addEventListener("w-autosave:success", () => {
        document.querySelectorAll("[data-outside]").forEach((place) => {
            delete place.dataset.outsideIsFresh;
            if (isSeen(place)) load(place);
        });
    });
})();
