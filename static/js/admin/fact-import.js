// Asks for the next part of an import as soon as the last one is done. Without it, people press the button.
for (const form of document.querySelectorAll("form[data-continue]")) {
  form.requestSubmit();
}
