// Windows over the page: a button with data-opens=id opens that <dialog>, one with data-closes inside it closes it.
// Escape closes it too, and the browser gives the focus back. One listener, so that parts of a page may come and go.

document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  else if (target.closest("[data-closes]")) target.closest("dialog").close();
});
