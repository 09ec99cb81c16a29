// The service worker of the public articles: the network first, what was seen before without it,
// and a page of its own when there is neither. It looks after /help/articles only: the walk, whose
// pages are one customer's, is never kept.
"use strict";

const KEPT = "kbwizard-articles-1";
const OFFLINE = "/help/articles/offline.html";
const MOST = 60;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.add(OFFLINE)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("kbwizard-articles-") && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

const isPage = (url) => url.pathname === "/help/articles" || /^\/help\/articles\/[a-z0-9-]+$/.test(url.pathname);
const isPart = (url) => url.pathname.startsWith("/assets/") || url.pathname.startsWith("/help/article-images/");

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (isPage(url)) event.respondWith(page(event.request, url));
  else if (isPart(url)) event.respondWith(part(event.request));
});

async function page(request, url) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && !url.search) await keep(url.pathname, answer.clone());
    else if (answer.status === 404 || answer.status === 410 || answer.type === "opaqueredirect") await (await caches.open(KEPT)).delete(url.pathname);
    return answer;
  } catch {
    const cache = await caches.open(KEPT);
    return (await cache.match(url.pathname)) || (await cache.match(OFFLINE));
  }
}

async function part(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(request.url, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request)) || Response.error();
  }
}

async function keep(key, answer) {
  const cache = await caches.open(KEPT);
  await cache.put(key, answer);
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) {
    if (!old.url.endsWith(OFFLINE)) await cache.delete(old);
  }
}
