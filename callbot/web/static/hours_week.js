// The form of a week: a closed day keeps no hours, the third range appears when it is asked for, and Monday's hours can be copied.

const days = [...document.querySelectorAll("[data-day]")];
const times = (day) => [...day.querySelectorAll('input[type="text"]')];

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--quiet";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function follow(day) {
  const closed = day.querySelector('input[type="checkbox"]');
  if (!closed) return;
  closed.addEventListener("change", () => {
    if (closed.checked) for (const input of times(day)) input.value = "";
    else times(day)[0].focus();
  });
  for (const input of times(day)) input.addEventListener("input", () => { if (input.value) closed.checked = false; });
}

function foldSpare(day) {
  const spare = day.querySelector("[data-spare]");
  if (!spare) return;
  spare.hidden = true;
  const more = button("+ plage", () => {
    spare.hidden = false;
    more.remove();
    spare.querySelector("input").focus();
  });
  more.setAttribute("aria-label", `Ajouter une plage, ${day.querySelector("legend").textContent}`);
  spare.after(more);
}

function copyMonday() {
  const [monday, ...others] = days;
  const closed = monday.querySelector('input[type="checkbox"]').checked;
  for (const day of others.slice(0, 4)) {
    times(day).forEach((input, place) => { input.value = times(monday)[place].value; });
    day.querySelector('input[type="checkbox"]').checked = closed;
    const spare = day.querySelector("[data-spare]");
    if (spare && times(spare.closest("[data-day]"))[4].value) spare.hidden = false;
  }
}

for (const day of days) {
  follow(day);
  foldSpare(day);
}
if (days.length === 7) {
  const tools = document.createElement("div");
  tools.className = "hours-tools";
  tools.append(button("Copier le lundi jusqu’au vendredi", copyMonday));
  document.querySelector(".hours-days").before(tools);
}
document.querySelector(".hours-check")?.scrollIntoView({ block: "start" });
