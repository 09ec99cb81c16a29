// What a page does by itself: focus after a swap, announcements, copying, running times, and a word
// when the server cannot be reached. Every page works without this file.
(() => {
  "use strict";

  const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select";
  const byId = (id) => document.getElementById(id);

  const announce = (text) => {
    const region = byId("announce");
    if (region && text && region.textContent !== text) region.textContent = text;
  };

  // After a swap: the first answer gets the focus, unless somebody is typing elsewhere.
  const settle = (root) => {
    const typing = document.activeElement && document.activeElement.matches(TYPING) && !root.contains(document.activeElement);
    const first = root.matches("[data-focus]") ? root : root.querySelector("[data-focus]");
    if (first && !typing) first.focus({ preventScroll: false });
    const says = root.matches("[data-announce]") ? root : root.querySelector("[data-announce]");
    if (says) announce(says.dataset.announce || says.textContent.trim());
    tick();
  };

  // What swapped nothing into its target (a poll) takes the focus from nobody.
  document.addEventListener("htmx:afterSettle", (event) => {
    const asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (event.detail.target.id === "messages" || (asked && asked.getAttribute("hx-swap") === "none")) return;
    settle(event.detail.elt || event.detail.target);
  });

  // The live region keeps one message: the same one again is not read again, and the next thing
  // a person does clears it. A poll does not.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const region = byId("messages");
    if (event.detail.target !== region) return;
    const holder = document.createElement("div");
    holder.innerHTML = event.detail.serverResponse;
    if (holder.textContent.trim() === region.textContent.trim()) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get" && byId("messages")) byId("messages").replaceChildren();
  });

  const noContact = () => {
    const region = byId("messages");
    const text = byId("no-contact");
    if (region && text && !region.childElementCount) region.append(text.content.cloneNode(true));
  };
  document.addEventListener("htmx:sendError", noContact);
  document.addEventListener("htmx:timeout", noContact);

  // A file too large is told when it is chosen, not after minutes of sending it.
  const MB = 1024 * 1024;
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file" || !field.dataset.most) return;
    const large = [...field.files].find((file) => file.size > Number(field.dataset.most));
    field.setCustomValidity(large ? `${large.name} tem ${Math.ceil(large.size / MB)}\u00a0MB, e o limite é ${field.dataset.most / MB}\u00a0MB.` : "");
    field.reportValidity();
  });

  // Copying: data-copy="text" or data-copy-from="#where". Raises kbw:copied on the button.
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const field = document.createElement("textarea"); // plain http on the office network
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    const text = source ? (source.value === undefined ? source.textContent.trim() : source.value) : button.dataset.copy || "";
    try {
      await copy(text);
    } catch {
      announce("Não foi possível copiar. Selecione o texto e use Ctrl+C.");
      return;
    }
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, 1500);
    announce("Copiado.");
    button.dispatchEvent(new CustomEvent("kbw:copied", { bubbles: true }));
  });

  // data-open="#dialog" opens a dialog; the browser's own Esc and form method=dialog close it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    const dialog = opener && document.querySelector(opener.dataset.open);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  });

  // Running times. The server's clock is the measure: this computer's may be wrong.
  const meta = document.querySelector('meta[name="server-time"]');
  const ahead = meta ? Date.parse(meta.content) - Date.now() : 0;
  const seconds = (moment) => Math.max(0, Math.floor((Date.now() + ahead - Date.parse(moment)) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const stopwatch = (s) =>
    (s >= 3600 ? Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) : two(Math.floor(s / 60))) + ":" + two(s % 60);
  const age = (s) => (s < 2 ? "agora" : s < 60 ? `há ${s}\u00a0s` : `há ${Math.floor(s / 60)}\u00a0min`);
  const put = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const tick = () => {
    for (const element of document.querySelectorAll("[data-since]")) {
      put(element, stopwatch(seconds(element.dataset.since)));
    }
    for (const element of document.querySelectorAll("time[data-age]")) {
      const passed = seconds(element.dateTime);
      if (passed < 3600) put(element, age(passed)); // older ones read as the server wrote them
    }
    for (const element of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.ceil((Date.parse(element.dataset.until) - Date.now() - ahead) / 1000));
      put(element, left || !element.dataset.done ? stopwatch(left) : element.dataset.done);
    }
  };
  tick();
  setInterval(tick, 1000);

  if (!document.activeElement || document.activeElement === document.body) {
    const first = document.querySelector("[data-focus]");
    if (first) first.focus();
  }
})();
