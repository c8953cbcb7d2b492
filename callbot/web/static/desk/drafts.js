// What is being written about a call survives a reload, a cut and another call: kept in this tab until the server has it.

const key = (form) => `callbot-poste-${form.dataset.draft}`;
const NEVER = new Set(["jeton", "appel"]);

/** Keep what the form holds now. */
export function keepDraft(form) {
  form.dataset.changed = "yes";
  const fields = [...new FormData(form)].filter(([name]) => !NEVER.has(name));
  sessionStorage.setItem(key(form), JSON.stringify(Object.fromEntries(fields)));
}

/** The server has it. */
export function dropDraft(form) {
  delete form.dataset.changed;
  sessionStorage.removeItem(key(form));
}

/** Fill the forms of `part` with what was kept. */
export function restoreDraft(part) {
  part.querySelectorAll("form[data-draft]").forEach((form) => {
    const kept = sessionStorage.getItem(key(form));
    if (!kept) return;
    Object.entries(JSON.parse(kept)).forEach(([name, value]) => {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    });
    form.dataset.changed = "yes";
  });
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-draft]");
  if (form) keepDraft(form);
  const other = target.closest("form[data-form]");
  if (other) other.dataset.changed = "yes";
});
restoreDraft(document);
