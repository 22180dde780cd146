// The buttons of the page "keep these pages". Without it the page explains, and offers paper.
"use strict";
const part = document.getElementById("keeping");
const { language } = part.dataset;
// The one script that a script of ours may load (Trusted Types).
const createScriptURL = (url) => (url === "/pages.js" ? url : null);
window.trustedTypes?.createPolicy("default", { createScriptURL });

async function keptDays() {
  const lists = (await caches.keys()).map(async (name) => {
    const code = name.replace("pages-", "");
    const list = await caches.match(`/${code}/keep/all.json`, { cacheName: name, ignoreVary: true });
    if (!list) await caches.delete(name); // the phone went off before everything was there
    return list && [code, new Date(list.headers.get("Date"))];
  });
  return new Map((await Promise.all(lists)).filter(Boolean));
}

function inWords([code, day]) {
  const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
  return `${name}: ${day.toLocaleDateString(language, { dateStyle: "long" })}`;
}

function show(...states) {
  for (const one of part.querySelectorAll("[data-when]")) {
    one.hidden = !one.dataset.when.split(" ").some((state) => states.includes(state));
  }
}

async function look(...more) {
  const days = await keptDays();
  part.querySelector("bdi").textContent = [...days].map(inWords).join(" · ");
  show(days.has(language) ? "here" : "missing", days.size ? "any" : "none", ...more);
}

async function keep() {
  await navigator.serviceWorker.register("/pages.js");
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const said = new Promise((done) => port1.addEventListener("message", (event) => done(event.data)));
  port1.start();
  if (part.isConnected) await caches.open(`pages-${language}`); // or somebody left
  active.postMessage(language, [port2]);
  if (!(await said)) throw new TypeError();
}

async function remove() {
  const workers = await navigator.serviceWorker.getRegistrations();
  await Promise.all(workers.map((worker) => worker.unregister()));
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

async function press(event) {
  const removes = event.currentTarget.dataset.do === "remove";
  show("busy");
  try {
    await (removes ? remove() : keep());
    await look(removes ? "removed" : "done");
  } catch {
    if (!(await keptDays()).size) await remove();
    await look("failed");
  }
  part.querySelector("button:not([hidden])").focus();
}

async function start() {
  if (!navigator.serviceWorker || !self.caches) return;
  await look(); // a private window refuses here
  for (const button of part.querySelectorAll("button")) button.addEventListener("click", press);
}
start().catch(() => show("impossible"));
