// Display settings and reading tools. Everything here adds to pages that are complete without it.
(() => {
  const root = document.documentElement;
  const DEFAULTS = { size: "2", theme: "auto", view: "standard" };
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // Settings: kept in this browser, shown by attributes of <html>, offered by radio buttons.
  const chosen = name => root.dataset[name] || DEFAULTS[name];
  const choose = (name, value) => {
    if (value === DEFAULTS[name]) delete root.dataset[name];
    else root.dataset[name] = value;
    if (name === "view") leaveViewAddress();
  };
  const keep = () => {
    const kept = {};
    for (const name in DEFAULTS) if (root.dataset[name]) kept[name] = root.dataset[name];
    try {
      if (Object.keys(kept).length) localStorage.setItem("display", JSON.stringify(kept));
      else localStorage.removeItem("display");
    } catch { /* not kept, but shown */ }
  };
  const show = () => all("[data-choice]").forEach(radio => {
    radio.checked = radio.value === chosen(radio.dataset.choice);
  });
  // `?view=simple` is for readers without scripts; once chosen here, it need not stay in the address.
  const leaveViewAddress = () => {
    const url = new URL(location);
    if (!url.searchParams.has("view")) return;
    url.searchParams.delete("view");
    history.replaceState(history.state, "", url);
  };
  const set = (name, value) => { choose(name, value); keep(); show(); };
  addEventListener("change", ({ target }) => {
    if (target.dataset?.choice) set(target.dataset.choice, target.value);
  });
  addEventListener("storage", event => {
    if (event.key !== "display" && event.key !== null) return;
    let kept = {};
    try { kept = JSON.parse(event.newValue) || {}; } catch { /* spoilt: the defaults */ }
    for (const name in DEFAULTS) choose(name, kept[name] || DEFAULTS[name]);
    show();
  });
  addEventListener("pageshow", show);
  show();

  // The settings' panel closes as a menu does.
  const panel = document.querySelector(".settings");
  if (panel) {
    addEventListener("keydown", event => {
      if (event.key !== "Escape" || !panel.open) return;
      const inside = panel.contains(document.activeElement);
      panel.open = false;
      if (inside) panel.querySelector("summary").focus();
    });
    addEventListener("pointerdown", event => {
      if (!panel.contains(event.target)) panel.open = false;
    });
    panel.addEventListener("focusout", event => {
      if (event.relatedTarget && !panel.contains(event.relatedTarget)) panel.open = false;
    });
  }

  const say = text => all(".tools__status").forEach(status => { status.textContent = text; });

  const copy = async text => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Plain HTTP has no clipboard of its own.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("copy");
  };

  // Reading aloud, sentence by sentence: browsers give up on long texts, and phones cannot pause inside one.
  const voice = window.speechSynthesis;
  let sentences = [], at = 0, state = "idle", turn = 0;
  const NOT_READ = ".provenance, .mark, script, [data-silent], .visually-hidden";
  const textOf = element => {
    const copied = element.cloneNode(true);
    all(NOT_READ, copied).forEach(part => part.remove());
    return copied.textContent.replace(/\s+/g, " ").trim();
  };
  const collect = () => {
    const parts = all("main h1, .page-head__lede, .prose :is(h2, h3, p, li, dt, dd, figcaption)")
      .filter(part => !part.closest(NOT_READ) && !part.parentElement.closest(".prose li, .prose dd"));
    return parts.map(textOf).flatMap(text => text.match(/[^。！？；]{1,160}[。！？；]*/g) || []);
  };
  const state_is = (next, text) => {
    state = next;
    all("[data-tool=read]").forEach(button => {
      button.textContent = { idle: "朗读", reading: "暂停朗读", paused: "继续朗读" }[state];
    });
    all("[data-tool=stop]").forEach(button => { button.hidden = state === "idle"; });
    say(text);
  };
  const next = () => {
    if (at >= sentences.length) return state_is("idle", "朗读完毕。");
    const mine = ++turn;
    const part = new SpeechSynthesisUtterance(sentences[at]);
    part.lang = "zh-CN";
    const chinese = voice.getVoices().filter(v => /^(zh|cmn)\b/i.test(v.lang));
    part.voice = chinese.find(v => /cn|hans/i.test(v.lang)) || chinese[0] || null;
    part.onend = () => { if (mine === turn) { at += 1; next(); } };
    part.onerror = () => {
      if (mine === turn) state_is("idle", "朗读没有成功：这台设备可能没有中文语音。");
    };
    voice.speak(part);
  };
  const halt = () => { turn += 1; voice.cancel(); };
  const read = () => {
    if (state === "reading") { halt(); return state_is("paused", "朗读已暂停。"); }
    if (state === "idle") { sentences = collect(); at = 0; }
    halt();
    state_is("reading", "正在朗读。");
    next();
  };
  const stop = () => {
    halt();
    state_is("idle", "朗读已停止。");
    document.querySelector("[data-tool=read]").focus();
  };
  if (voice) addEventListener("pagehide", () => { if (state !== "idle") { halt(); state_is("idle", ""); } });

  const TOOLS = {
    print: () => print(),
    copy: () => copy(document.querySelector("link[rel=canonical]")?.href || location.href)
      .then(() => say("链接已复制。"), () => say("没能复制，请从地址栏复制链接。")),
    read, stop,
    reset: () => { for (const name in DEFAULTS) choose(name, DEFAULTS[name]); keep(); show(); },
  };
  addEventListener("click", event => {
    const tool = event.target.closest("[data-tool]");
    if (tool) TOOLS[tool.dataset.tool]?.();
    const button = event.target.closest("[data-copy]");
    if (button) {
      const status = button.parentElement.querySelector("[role=status]");
      copy(document.querySelector(button.dataset.copy).textContent.trim())
        .then(() => "已复制。", () => "没能复制，请选中文字后复制。").then(text => { status.textContent = text; });
    }
    const link = event.target.closest("a[data-view-link]");
    if (link) {
      event.preventDefault();
      set("view", chosen("view") === "simple" ? "standard" : "simple");
      scrollTo(0, 0);
    }
  });
})();
