// Vital signs without choosing a field: in <form data-keypad> a cell hands over once its value can take no
// further digit (data-most="300": 152 is complete, 12 may become 120; data-advance="3": three digits).
const CELLS = "input[data-most], input[data-advance]";
const CELL = "[data-keypad] input[data-most], [data-keypad] input[data-advance]";
const cellsOf = (form) => [...form.querySelectorAll(CELLS)];
let current = null; // the cell that the digits go to
let untouched = false; // the next digit starts it anew

function isFull({ value, dataset: { least, most, decimals, advance } }) {
  if (most && (value === "" || +value < +least || +value > +most)) return false;
  if (most && +decimals > 0) return new RegExp(`[.,]\\d{${decimals}}$`).test(value);
  if (most) return value * 10 > +most;
  return value.length >= +advance || (+advance === 3 && value.length === 2 && +value > 30);
}

function next(cell) {
  const cells = cellsOf(cell.form);
  return cells[cells.indexOf(cell) + 1] ?? cell.form.querySelector("[type=submit], button:not([type])");
}

function press(cell, key) {
  if (key === "next") return next(cell)?.focus();
  if (key === "back") cell.value = cell.value.slice(0, -1);
  else cell.value = untouched || isFull(cell) ? key : cell.value + key;
  untouched = false;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("focusin", ({ target }) => {
  if (target.matches(CELL)) ([current, untouched] = [target, true]), target.select();
  if (target.matches(".count input")) target.scrollIntoView({ block: "nearest" }); // clear of the keys, which stay in sight
});

document.addEventListener("input", ({ target }) => {
  if (target.matches(CELL) && isFull(target)) next(target)?.focus();
});

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (event.key !== "Enter" || !cell.matches?.(CELL) || cellsOf(cell.form).at(-1) === cell) return;
  event.preventDefault();
  next(cell).focus();
});

// A tap on a key leaves the focus in the cell that it fills.
document.addEventListener("mousedown", (e) => e.target.closest?.("[data-key]") && e.preventDefault());

document.addEventListener("click", (event) => {
  const key = event.target.closest?.("[data-key]");
  const cells = key ? cellsOf(key.closest("[data-keypad]")) : [];
  if (key) press(cells.includes(current) ? current : cells[0], key.dataset.key);
});

for (const keys of document.querySelectorAll("[data-keypad] [data-keys]")) keys.hidden = false;

// A page that waits for a reading begins in its first cell; on a phone the figures stay in sight.
const waiting = document.querySelector('[data-keypad="first"]');
if (waiting && matchMedia("(min-width: 901px)").matches) {
  cellsOf(waiting)[0]?.focus({ preventScroll: true });
}
