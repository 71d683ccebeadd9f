// Runs in the head, before the first paint: what the reader has chosen earlier, and what this browser can do.
(() => {
  const root = document.documentElement;
  root.dataset.script = "";
  if ("speechSynthesis" in window) root.dataset.speech = "";
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem("display")) || {}; } catch { /* private mode, or spoilt */ }
  if (/^[134]$/.test(kept.size)) root.dataset.size = kept.size;
  if (/^(light|dark|contrast)$/.test(kept.theme)) root.dataset.theme = kept.theme;
  if (kept.view === "simple") root.dataset.view = "simple";
})();
