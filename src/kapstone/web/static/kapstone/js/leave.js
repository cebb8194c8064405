// Leaves a page that somebody else must not see: at once, to one that tells nothing, which takes its
// place in the browser's history. <a data-leave href="...">, or the Escape key.
function leave(link) {
  document.querySelector("#main")?.replaceChildren();
  location.replace(link.href);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-leave]");
  if (!link) return;
  event.preventDefault();
  leave(link);
});
document.addEventListener("keydown", (event) => {
  const link = document.querySelector("[data-leave]");
  if (link && event.key === "Escape") leave(link);
});
