// A page left alone locks itself; the server locks too, so this only spares the next person a look.
// Asks the clock rather than one long timer, which a sleeping laptop would stop.
const minutes = Number(document.body.dataset.idleMinutes);
let last = Date.now();

function look() {
  if (Date.now() - last < minutes * 60_000) return;
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`/lock/?next=${next}`);
}

if (minutes > 0) {
  for (const event of ["pointerdown", "keydown", "scroll", "touchstart"]) {
    addEventListener(event, () => { last = Date.now(); }, { passive: true });
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, 5000);
}
