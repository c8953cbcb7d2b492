// Notices that scripts give: put into a region that was in the page from the start, so that screen readers tell of them.

const models = document.getElementById("notice-models").content;

/** Show `text` in `region` (an element) in place of what it said; `tone` is good, busy, warn, bad or quiet. */
export function tell(region, tone, text) {
  const notice = models.querySelector(`.notice--${tone}`).cloneNode(true);
  notice.querySelector("p").textContent = text;
  region.replaceChildren(notice);
}

/** Say nothing any more. */
export function hush(region) {
  region.replaceChildren();
}
