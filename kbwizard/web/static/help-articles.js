// Keeps the public pages at hand where there is no network for a moment; nothing needs it.
(() => {
  "use strict";
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/help/articles/sw.js", { scope: "/help/articles" }).catch(() => {
    // An old browser, or a private window: the pages work all the same.
  });

  // Shown in place of a page: what is tried again is that page.
  const again = document.querySelector("[data-again]");
  if (again && !location.pathname.endsWith("/offline.html")) again.href = location.href;

  const kept = document.querySelector("[data-kept]");
  if (!kept || !("caches" in window)) return;
  (async () => {
    const list = kept.querySelector("ul");
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const address = new URL(request.url);
        if (!/^\/help\/articles\/[a-z0-9-]+$/.test(address.pathname)) continue;
        const page = new DOMParser().parseFromString(await (await cache.match(request)).text(), "text/html");
        const heading = page.querySelector("h1");
        if (!heading) continue;
        const link = document.createElement("a");
        link.href = address.pathname;
        link.textContent = heading.textContent;
        list.append(document.createElement("li"));
        list.lastElementChild.append(link);
      }
    }
    kept.hidden = !list.children.length;
  })();
})();
