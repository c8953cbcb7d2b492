// Alt, Maj and a letter: presses the button that has that letter (data-key), or goes to a part of the page.

/** Of the desk: where each letter goes. */
const DESK = { F: "#poste-file", V: "#poste-passer select", S: "#poste-suivi form :is(select, textarea, input:not([type=hidden]))" };

/** Listen for them; a letter that leads nowhere now is left to the browser. `places`: a selector by letter. */
export function startKeys(places = DESK) {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
    const letter = letterOf(event);
    const target = document.querySelector(`[data-key="${letter}"]`) ?? (places[letter] && document.querySelector(places[letter]));
    if (!target) return;
    event.preventDefault();
    if (event.repeat) return;
    if (target.dataset.key) target.click();
    else {
      target.closest("details")?.setAttribute("open", "");
      target.focus();
      target.scrollIntoView({ block: "nearest" });
    }
  });
}

/** The letter itself; where Alt makes another sign of it (macOS), the key's place, which is the same for these letters. */
function letterOf({ key, code }) {
  const typed = key.toUpperCase();
  return /^[A-Z]$/.test(typed) ? typed : code.replace("Key", "");
}
