// Says when the connection is gone: <div data-offline hidden>.
const banner = document.querySelector("[data-offline]");

function tell() {
  if (banner) banner.hidden = navigator.onLine;
}

addEventListener("online", tell);
addEventListener("offline", tell);
tell();
