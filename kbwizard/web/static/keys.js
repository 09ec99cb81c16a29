// One key, one act. Whatever carries data-key="x" is pressed (or, for a field, focused) when that
// key goes down and nobody is typing. Only what is visible counts; an open dialog has the keys to
// itself. A held key acts once, and a step whose answer is under way takes no second one. A field
// with data-leads="#list" leads into its results: by arrow down, or by Enter once there are some.
(() => {
  "use strict";

  const TYPING = "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), textarea, select, [contenteditable=true]";
  const PRESSABLE = "a[href], button, summary";

  const scope = () => document.querySelector("dialog[open]") || document;

  const usable = (element) =>
    !element.disabled && element.getClientRects().length > 0 && !element.closest(".htmx-request");

  const target = (key) =>
    [...scope().querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key.toLowerCase() === key && usable(element));

  // What cannot be taken back (data-guard) is not pressed by the key that brought it to the screen.
  const GUARD_MS = 400;
  let shownAt = 0;
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "call") shownAt = performance.now();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.querySelector("[data-guard]") || performance.now() - shownAt > GUARD_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // Who types on while the next step is on its way writes into its field, or nowhere: letters must
  // not become keys of the step they were not meant for.
  let ahead = null;
  const moves = (event) => event.detail.target && event.detail.target.id === "call";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (moves(event)) ahead = "";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (moves(event) && !event.detail.successful) ahead = null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!moves(event)) return;
    const typed = ahead;
    ahead = null;
    const field = typed && document.querySelector("#call-step input[data-focus]:not([type=radio], [type=checkbox])");
    if (!field) return;
    field.focus();
    field.setRangeText(typed, field.selectionStart, field.selectionEnd, "end");
  });
  document.addEventListener("keydown", (event) => {
    if (ahead === null || event.ctrlKey || event.altKey || event.metaKey || event.target.matches(TYPING)) return;
    if (/^[\p{L} ]$/u.test(event.key)) ahead += event.key;
    if (event.key !== "Tab") event.preventDefault();
    event.stopImmediatePropagation();
  });

  const act = (element) => {
    if (element.matches(TYPING)) {
      element.focus();
      if (element.select) element.select();
    } else if (element.matches("details")) {
      element.open = !element.open;
    } else {
      element.click();
    }
  };

  const stopsOf = (list) => [...list.querySelectorAll("a[href], button, input")].filter(usable);

  // Held down, Enter would press the first answer of every step that follows.
  document.addEventListener("keydown", (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ") && event.target.matches(PRESSABLE)) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const at = document.activeElement;
    const key = event.key.toLowerCase();
    if (at && at.matches(TYPING)) {
      if (key === "escape") at.blur();
      return;
    }
    if (key === "enter" && at && at.matches(PRESSABLE)) return; // the browser presses it itself
    const element = target(key);
    if (!element) return;
    event.preventDefault();
    act(element);
  });

  document.addEventListener("keydown", (event) => {
    const leads = event.target.dataset && event.target.dataset.leads;
    if (!leads || event.isComposing || (event.key !== "ArrowDown" && event.key !== "Enter")) return;
    const list = document.querySelector(leads + " [data-arrows]");
    const first = list && stopsOf(list)[0];
    if (!first) return;
    event.preventDefault();
    first.focus();
  });

  // Arrows move within a list marked data-arrows (answers, path, results).
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const list = step && document.activeElement.closest("[data-arrows]");
    if (!list || event.defaultPrevented || document.activeElement.matches("textarea, select")) return;
    const stops = stopsOf(list);
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
