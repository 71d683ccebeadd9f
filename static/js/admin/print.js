/* A button that prints the page; hidden where there is no JavaScript to do it. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
