// What somebody opened to read stays open when the part of the page around it comes again.
const opened = new Set();

document.addEventListener("toggle", ({ target }) => {
  if (!target.id || !target.matches("details")) return;
  if (target.open) opened.add(target.id);
  else opened.delete(target.id);
}, true);

const again = () => opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));

document.addEventListener("htmx:oobAfterSwap", again);
document.addEventListener("htmx:afterSwap", again);
