// Asks once more before something that cannot be taken back: <form data-confirm="words">,
// or the words on one of its buttons. The dialog is parts/ask.html.
const dialog = document.querySelector("[data-ask]");
const agreed = new WeakSet();

function ask(form, button, words) {
  dialog.querySelector("h2").textContent = words;
  dialog.querySelector("[data-ask-yes]").textContent = button?.textContent.trim() || "Yes";
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    agreed.add(form);
    form.requestSubmit(button);
  }, { once: true });
  dialog.showModal();
}

// In the capture phase, so that htmx does not see a form that nobody has agreed to yet.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const words = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!words || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form, event.submitter, words);
}, true);
