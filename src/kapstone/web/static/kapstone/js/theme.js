// Light, dark, or as the system has it; a choice of the eye, kept in this browser, never of the chart.
// A classic script in the head, so that the first paint is right. The treatment room stays dim.
(() => {
  const root = document.documentElement;
  const ORDER = ["auto", "light", "dark"];
  const chosen = () => {
    try { return localStorage.getItem("theme") ?? "auto"; } catch { return "auto"; }
  };

  function wear(theme) {
    if (root.dataset.theme === "room") return;
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.hidden = false;
      button.textContent = `Colours: ${theme}`;
    }
  }

  wear(chosen());
  addEventListener("DOMContentLoaded", () => wear(chosen()));
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-switch]")) return;
    const next = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length];
    try { localStorage.setItem("theme", next); } catch { /* a browser that keeps nothing */ }
    wear(next);
  });
})();
