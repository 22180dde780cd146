// Without internet, shows public pages that the reader asked this phone to keep (the page /keep/).
// Nothing else is touched: what is signed in, sent or left goes past this file.
"use strict";
const PAGE = /^\/[a-z]{2}(-[a-z]+)?\/(now\/|r\/\d+\/(\?in=[A-Z]{2})?|keep\/(not\/)?|kept\/(limits\/)?)?$/;
// Not kept, but linked from kept pages: another page says so.
const AWAY = /^\/[a-z]{2}(-[a-z]+)?\/(booking|doctor|kept\/tables|new|phone|services)\/$/;
const FILE = /^\/static\/[\w.-]+\.(css|js|svg)$/;
const NAME = "pages-"; // and the language: one cache each
const PATIENCE = 8000; // milliseconds until a kept page is shown in place of a slow one

const listOf = (language) => `/${language}/keep/all.json`;
const isOurs = (path) => [PAGE, FILE, AWAY].some((one) => one.test(path));

// No cookie goes out, so nothing made for someone signed in comes back; the rest makes sure.
async function ask(address, type, cache = "no-store") {
  const answer = await fetch(address, { cache, credentials: "omit", redirect: "error" });
  const said = (name) => answer.headers.get(name) || "";
  const isPublic = said("Cache-Control").split(/, */).includes("public");
  if (answer.status !== 200 || !isPublic || !said("Content-Type").startsWith(type)) {
    throw new TypeError(address);
  }
  return answer;
}

// Everything is fetched before anything is stored. The cache is opened first, by the page that
// asks: when somebody leaves meanwhile it stays removed, and what is put into it goes with it.
async function keep(language, renewing) {
  const name = NAME + language;
  if (!renewing && !(await caches.has(name))) throw new TypeError(name);
  const cache = await caches.open(name);
  const before = await cache.match(listOf(language));
  if (renewing && !before) return caches.delete(name);
  try {
    const list = await ask(listOf(language), "application/json", renewing ? "default" : "no-store");
    const { state, pages, files } = await list.clone().json();
    if (!renewing || (await before.json()).state !== state) {
      await store(cache, pages.filter((path) => PAGE.test(path)), "text/html");
      await store(cache, files.filter((path) => FILE.test(path)), "");
      await forget(cache, [listOf(language), ...pages, ...files]);
    }
    await cache.put(listOf(language), list); // its date is the day of keeping
  } catch (problem) {
    if (!before) await caches.delete(name); // nothing is kept by halves
    throw problem;
  }
}

async function store(cache, paths, type) {
  const answers = await Promise.all(paths.map((path) => ask(path, type)));
  await Promise.all(answers.map((answer, place) => cache.put(paths[place], answer)));
}

async function forget(cache, wanted) {
  for (const request of await cache.keys()) {
    const { pathname, search } = new URL(request.url);
    if (!wanted.includes(pathname + search)) await cache.delete(request);
  }
}

async function languages() {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith(NAME)).map((name) => name.slice(NAME.length));
}

async function renew() {
  for (const language of await languages()) await keep(language, true);
}

async function kept(path) {
  const find = (one) => caches.match(one, { ignoreVary: true });
  // Else the copy for all countries.
  if (path !== "/") return (await find(path)) || find(path.split("?")[0]);
  const [language] = await languages();
  return language && Response.redirect(`/${language}/`);
}

async function absent(path) {
  const said = (language) => kept(`/${language}/keep/not/`);
  return (await said(path.split("/")[1])) || said((await languages())[0]);
}

// The line first. A kept page only when there is none, or one too slow, or a server that is down.
// The name of a file changes with its content, so a kept one is right.
async function show(event, path) {
  const file = FILE.test(path) && (await kept(path));
  if (file) return file;
  const online = fetch(event.request);
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const answer = await Promise.race([online, late]).catch(() => undefined);
  if (answer && answer.status < 502) {
    if (PAGE.test(path)) event.waitUntil(renew().catch(() => undefined));
    return answer;
  }
  return (await kept(path)) || online.catch(() => absent(path));
}

addEventListener("install", () => skipWaiting());
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  const path = pathname + search;
  if (method !== "GET" || origin !== location.origin) return;
  if (path === "/" || isOurs(path)) event.respondWith(show(event, path));
});
addEventListener("message", (event) => {
  const [port] = event.ports;
  const done = keep(event.data, false).then(() => true, () => false);
  event.waitUntil(done.then((answer) => port.postMessage(answer)));
});
