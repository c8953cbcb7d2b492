// The choice between light, dark and what the system says: shown in the footer, kept in a cookie that the server reads.

const YEAR_S = 365 * 24 * 3600;

const choice = document.querySelector("[data-theme-choice]");
const buttons = [...choice.querySelectorAll("button")];

function choose(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `callbot_theme=${theme}; Path=/; Max-Age=${theme ? YEAR_S : 0}; SameSite=Lax${secure}`;
  buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.value === theme)));
}

buttons.forEach((button) => button.addEventListener("click", () => choose(button.value)));
choice.hidden = false;
