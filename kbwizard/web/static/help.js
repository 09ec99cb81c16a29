/* What the help pages do better with scripts; everything works without them.

   data-refresh on main: look again after so many seconds, and only show the page anew when it
   stands somewhere else, so that nobody loses their place. A locked screen looks when it wakes. */
(() => {
  "use strict";
  const main = document.querySelector("main");

  for (const button of document.querySelectorAll("[data-copy-from]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.querySelector(button.dataset.copyFrom);
      await navigator.clipboard.writeText(source.textContent.trim());
      button.dataset.copied = "";
      document.getElementById("said").textContent = "Copiado.";
    });
  }

  const every = Number(main.dataset.refresh || 0) * 1000;
  if (!every) return;
  let due = Date.now() + every;
  let asking = false;

  async function look() {
    if (asking || document.hidden || Date.now() < due) return;
    asking = true;
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = page.querySelector("main");
      if (answer.ok && (answer.redirected || !there || there.dataset.state !== main.dataset.state)) {
        location.reload();
        return;
      }
    } catch {
      // No signal for a moment: the next look asks again.
    }
    due = Date.now() + every;
    asking = false;
  }
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
})();
