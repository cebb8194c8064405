// What somebody opened or shut stays so when its part of the page is drawn anew.
let before = new Map();

document.addEventListener("htmx:beforeSwap", () => {
  before = new Map([...document.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, open] of before) {
    const again = document.getElementById(id);
    if (again) again.open = open;
  }
});
