// A page left alone locks itself. The server keeps the time, for all the pages that somebody has open: this
// tells it of hands at work that send nothing (reading, writing), and asks it before locking.
// Asks the clock rather than one long timer, which a sleeping laptop would stop.
const leaveMs = Number(document.body.dataset.idleMinutes) * 60_000;
const tellMs = Math.min(60_000, leaveMs / 4);
let last = Date.now(); // hands were seen, here or on another page
let told = last; // the server last heard from this page

function lock() {
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`/lock/?next=${next}`);
}

async function ask(headers) {
  told = Date.now();
  try {
    const answer = await fetch("/in-use/", { redirect: "manual", headers });
    if (answer.type === "opaqueredirect") return lock();
    const { seconds } = await answer.json();
    last = Math.max(last, Date.now() + seconds * 1000 - leaveMs);
    if (Date.now() - last >= leaveMs) lock();
  } catch {
    // Without a connection the page stays: to leave it would lose what cannot be fetched again.
  }
}

function look() {
  if (Date.now() - last >= leaveMs) ask({ "X-Poll": "1" });
  else if (last > told && Date.now() - told >= tellMs) ask({});
}

if (leaveMs > 0) {
  for (const event of ["pointerdown", "keydown", "scroll", "touchstart"]) {
    addEventListener(event, () => { last = Date.now(); }, { passive: true });
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, 5000);
}
