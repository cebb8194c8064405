// Clocks run on the server's time: <time data-since="ISO"> counts up, data-until counts down.
const skew = Date.parse(document.body.dataset.now) - Date.now();
const two = (number) => String(number).padStart(2, "0");

function words(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return (hours ? `${hours}:` : "") + rest;
}

function tick() {
  const now = Date.now() + skew;
  for (const clock of document.querySelectorAll("[data-since]")) {
    clock.textContent = words((now - Date.parse(clock.dataset.since)) / 1000);
  }
  for (const clock of document.querySelectorAll("[data-until]")) {
    const left = (Date.parse(clock.dataset.until) - now) / 1000;
    clock.textContent = left < 0 ? `${words(left)} late` : words(left);
    clock.classList.toggle("stop-text", left < 0);
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSwap", tick);
tick();
