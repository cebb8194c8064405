// The cells of a reading: what is typed in them, and the value of before beside each, never copied into it.
export const form = document.querySelector('form[data-kept="reading"]');
export const cells = form ? [...form.querySelectorAll("input[data-most]")] : [];
export const typed = () => cells.filter(({ value }) => value !== "");
export const signsOf = (fields) => Object.fromEntries(cells.filter(({ name }) => fields[name])
  .map(({ name }) => [name, Number(fields[name])]));

export function ghost(cell) {
  const before = cell.closest(".pad").querySelector("[data-before]");
  before.textContent = `${before.dataset.before} ${cell.value}`;
}

// A finger has the keys of the page; the keyboard of the tablet would cover it.
if (matchMedia("(pointer: coarse)").matches) for (const cell of cells) if (cell.dataset.decimals === "0") cell.inputMode = "none";
