// A check is about what stood in the form then: once something is typed over, it no longer looks as if it held.
document.addEventListener("input", ({ target }) => {
  const told = target.form?.querySelector("[data-checked]");
  if (!told || target.name === "reason") return;
  told.dataset.level = "caution";
  told.textContent = told.dataset.checked;
});
