// The style page's own: its button gives a notice, as a script of another page would.

import { tell } from "./notices.js";

document.querySelectorAll("[data-tells]").forEach((button) => {
  const region = document.getElementById(button.dataset.tells);
  button.addEventListener("click", () => tell(region, "good", "Voilà : un lecteur d’écran vient de le lire."));
});
