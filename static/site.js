// Improves what works without it: leaving, locking, going back. Stores nothing.
"use strict";
const root = document.documentElement;
const exit = document.getElementById("exit");
const opened = Date.now();
let escapes = [];

function leave(event) {
  const { action, dataset } = exit;
  if (!dataset.to) return; // the form's own answer goes on to the neutral site
  event.preventDefault();
  const go = () => location.replace(dataset.to);
  root.textContent = "";
  fetch(action, { method: "POST", keepalive: true }).then(go, go);
  setTimeout(go, 400); // the request goes on behind the next page
  forget();
}

// Pages kept for reading without a line go too, in browsers that ignore the header that says so.
function forget() {
  const skip = () => {};
  const workers = navigator.serviceWorker;
  workers?.getRegistrations().then((all) => all.forEach((one) => one.unregister()), skip);
  self.caches?.keys().then((names) => names.forEach((name) => caches.delete(name)), skip);
}

// Clocks of animations stop while a phone sleeps; this one does not.
function lock() {
  const { lock: to, seconds = 900 } = exit.dataset;
  const cover = document.querySelector(".cover");
  if (!(to || cover) || Date.now() - opened < seconds * 1000) return;
  if (cover) {
    root.classList.add("locked"); // what was typed stays, and its button sends it on
  } else {
    root.hidden = true;
    location.replace(to);
  }
}

if (exit) {
  exit.addEventListener("submit", leave);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") escapes = [];
    else if (escapes.push(event.timeStamp) > 2 && event.timeStamp - escapes.at(-3) < 3000) {
      exit.requestSubmit();
    }
  });
  setInterval(lock, 5000);
  document.addEventListener("visibilitychange", lock);
}
// A country brings regions.
addEventListener("change", ({ target: { name, form } }) => {
  if (name === "country") form.show_regions?.click();
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  root.hidden = true;
  location.reload();
});
