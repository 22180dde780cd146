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
  const body = new URLSearchParams(new FormData(exit));
  const go = () => location.replace(dataset.to);
  root.textContent = "";
  fetch(action, { method: "POST", body, keepalive: true, redirect: "manual" }).then(go, go);
  setTimeout(go, 400); // the request goes on behind the next page
}

function typed() {
  return [...document.querySelectorAll("main :is(input, select, textarea)")].some((field) =>
    /checkbox|radio/.test(field.type)
      ? field.checked !== field.defaultChecked
      : field.options
        ? [...field.options].some((o) => o.selected && !o.defaultSelected && o.index)
        : field.type !== "hidden" && field.value !== field.defaultValue,
  );
}

// Clocks of animations stop while a phone sleeps; this one does not.
function lock() {
  const { lock: to, seconds } = exit.dataset;
  if (!to || Date.now() - opened < seconds * 1000) return;
  if (document.querySelector(".cover") && typed()) {
    root.classList.add("locked");
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
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  root.hidden = true;
  location.reload();
});
