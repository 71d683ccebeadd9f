// The checks panel of the page editor: asks what there is to say about the form as it is now, unsaved changes
// included, while the panel is open; a finding's link moves the focus to its field.
(() => {
  const box = document.querySelector("[data-findings]");
  const form = document.querySelector("[data-edit-form]");
  if (!box || !form) return;

  const EVERY = 3000;
  const panel = box.closest("[data-side-panel]");
  const result = box.querySelector("[data-findings-result]");
  const status = box.querySelector("[data-findings-status]");
  const again = box.querySelector("[data-findings-again]");
  let asked = null;
  let waiting = false;
  let timer = null;

  const written = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) {
      if (value instanceof File || name === "csrfmiddlewaretoken") data.delete(name);
    }
    return new URLSearchParams(data).toString();
  };

  const say = (text) => {
    status.textContent = text;
  };

  const fail = () => {
    const note = document.createElement("p");
    note.className = "findings__note";
    note.textContent = "检查没有做成：网络不通，或登录已经过期。稿件不受影响，可以稍后点“重新检查”。";
    result.replaceChildren(note);
    say(note.textContent);
  };

  const ask = async (body) => {
    asked = body;
    waiting = true;
    box.setAttribute("aria-busy", "true");
    try {
      const token = form.querySelector("[name=csrfmiddlewaretoken]");
      const response = await fetch(box.dataset.url, {
        method: "POST",
        headers: {
          "Content-Type": "application/x-www-form-urlencoded",
          "X-CSRFToken": token ? token.value : "",
          "X-Requested-With": "XMLHttpRequest",
        },
        body,
      });
      if (!response.ok || response.redirected) throw new Error(response.statusText);
      const html = await response.text();
      // What is unchanged stays, so that the focus is not lost.
      if (html.trim() !== result.dataset.shown) {
        result.innerHTML = html;
        result.dataset.shown = html.trim();
        const summary = result.querySelector("[data-findings-summary]");
        say(summary ? `内容检查：${summary.textContent}` : "");
      }
    } catch {
      result.dataset.shown = "";
      fail();
    } finally {
      waiting = false;
      box.removeAttribute("aria-busy");
    }
  };

  const look = () => {
    if (waiting || document.hidden) return;
    const body = written();
    if (body !== asked) ask(body);
  };

  const start = () => {
    if (timer === null) timer = window.setInterval(look, EVERY);
    look();
  };

  const stop = () => {
    window.clearInterval(timer);
    timer = null;
  };

  // The innermost part of the form that the path leads to: fields, then blocks within them.
  const find = (path) => {
    let found = null;
    for (const part of path.split(".")) {
      const inner = (found || form).querySelector(`[data-contentpath="${CSS.escape(part)}"]`);
      if (!inner) break;
      found = inner;
    }
    return found;
  };

  const reveal = (element) => {
    const tab = element.closest('[role="tabpanel"]');
    if (tab && tab.hidden) {
      const opener = document.querySelector(`[role="tab"][href="#${CSS.escape(tab.id)}"]`);
      if (opener) opener.click();
    }
    for (let outer = element; outer; outer = outer.parentElement) {
      const toggle = outer.matches("[data-panel]") && outer.querySelector("[data-panel-toggle]");
      if (toggle && toggle.getAttribute("aria-expanded") === "false") toggle.click();
    }
  };

  const go = (path) => {
    const element = find(path);
    if (!element) return false;
    reveal(element);
    const shown = (selector) =>
      [...element.querySelectorAll(selector)].find((one) => one.offsetParent !== null && !one.disabled);
    const field =
      shown('input:not([type="hidden"]), textarea, select, [contenteditable="true"]') ||
      shown("button:not([data-panel-toggle])");
    element.scrollIntoView({ block: "center" });
    if (field) {
      field.focus({ preventScroll: true });
    } else {
      element.tabIndex = -1;
      element.focus({ preventScroll: true });
    }
    return true;
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.findingCopy);
      say(`已复制：${button.dataset.findingCopy}`);
      button.textContent = "已复制";
    } catch {
      button.replaceWith(document.createTextNode(button.dataset.findingCopy));
    }
  };

  box.addEventListener("click", (event) => {
    const link = event.target.closest("[data-finding-path]");
    const button = event.target.closest("[data-finding-copy]");
    if (link) {
      // Where the panel lies over the form, as on a phone, it makes way.
      const element = find(link.dataset.findingPath);
      const over = element && panel.getBoundingClientRect().left <= element.getBoundingClientRect().left;
      const close = document.querySelector("[data-form-side-close-button]");
      if (over && close) close.click();
      if (go(link.dataset.findingPath)) event.preventDefault();
    }
    if (button) copy(button);
  });
  again.hidden = false;
  again.addEventListener("click", () => {
    if (!waiting) ask(written());
  });
  panel.addEventListener("show", start);
  panel.addEventListener("hide", stop);
  if (!panel.hidden) start();
})();
