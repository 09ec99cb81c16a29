// What the call's screen adds to keys.js and page.js: notes, the article beside the step, and steps
// that move by themselves without taking anything from who is typing.
(() => {
  "use strict";

  const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select";

  // Ctrl+Enter in a note keeps it.
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest && event.target.closest("[data-submit]");
    if (field && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });

  // A note that was kept leaves its field; one that was refused stays in it.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig.elt; // swapped away by now, with the whole call
    const field = form.matches && form.matches("[data-clear]") && document.querySelector(form.dataset.clear);
    if (field && event.detail.successful) {
      field.value = "";
      field.blur();
    }
  });

  // data-close closes a dialog once its link or form was used; data-remove takes a panel away.
  const close = (event) => {
    const used = event.target.closest("[data-close]");
    const dialog = used && document.querySelector(used.dataset.close);
    if (dialog && dialog.open) dialog.close();
  };
  document.addEventListener("submit", close);
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[data-close]")) close(event);
    const button = event.target.closest("[data-remove]");
    const panel = button && document.querySelector(button.dataset.remove);
    if (panel) panel.remove();
  });

  // The article opens at the section that the step names.
  document.addEventListener("htmx:afterSettle", (event) => {
    const panel = document.getElementById("article-open");
    if (!panel || event.detail.target.id !== "article") return;
    const section = panel.dataset.at && panel.querySelector("#" + CSS.escape(panel.dataset.at));
    const head = panel.querySelector("header").offsetHeight + 8;
    panel.scrollTop += section ? section.getBoundingClientRect().top - panel.getBoundingClientRect().top - head : -panel.scrollTop;
    panel.parentElement.parentElement.scrollTop = 0;
    // On a narrow screen it stands under the step: who opened it is taken there.
    if (panel.getBoundingClientRect().top > innerHeight * 0.7) panel.scrollIntoView({ block: "start" });
  });

  // The step where the walk stands stays in sight, however long the path has become.
  const showHere = () => {
    const here = document.querySelector("#call-path .path-item--here");
    const path = here && here.closest(".desk-path");
    if (path) path.scrollTop = Math.max(0, here.offsetTop + here.offsetHeight - path.clientHeight + 16);
  };
  showHere();
  document.addEventListener("htmx:load", (event) => {
    if (event.target.id === "call" || event.target.id === "call-path") showHere();
  });

  // A reading may move the step: not while somebody types in it; they are told instead.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const at = document.activeElement;
    const target = event.detail.target;
    if (target.id === "call-step" && at && at.matches(TYPING) && target.contains(at) && at.value) {
      event.detail.shouldSwap = false;
      document.getElementById("announce").textContent = "Chegou uma leitura: o passo mudou.";
    }
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const target = event.detail.target;
    const step = document.getElementById("call-step");
    if (target.id !== "call-step" || !step) return;
    const typing = document.activeElement && document.activeElement.matches(TYPING);
    const first = step.querySelector("[data-focus]") || document.querySelector("#study-coach [data-focus]");
    if (first && !typing) first.focus();
    const says = step.querySelector("[data-announce]");
    if (says) document.getElementById("announce").textContent = says.textContent.trim();
  });
})();
