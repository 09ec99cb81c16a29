// Writing an article: saving by itself, nothing typed ever lost, the preview, keys that send. Toolbar
// and pictures have files of their own. Every screen works without any of them, as plain forms.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);

  // -- a place in a text: problems name lines, and lead to them

  const showLine = (area, line) => {
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line - 1] || "").length);
    const mirror = document.createElement("div");
    mirror.className = "writing-mirror";
    mirror.style.width = `${area.clientWidth}px`;
    mirror.textContent = area.value.slice(0, start) || " ";
    area.after(mirror);
    area.scrollTop = Math.max(0, mirror.offsetHeight - area.clientHeight / 2);
    mirror.remove();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#field-']");
    const field = link && byId(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (field.matches("textarea") && link.dataset.line) showLine(field, Number(link.dataset.line));
    else (field.matches("input, textarea, select") ? field : field.querySelector("input") || field).focus();
    field.scrollIntoView({ block: "center" });
  });

  // A draft that was sent arrived whole: its copy in this browser is old.
  for (const element of document.querySelectorAll("[data-arrived]")) {
    try {
      localStorage.removeItem(element.dataset.arrived);
    } catch {
      break; // no storage, no copy
    }
  }

  const form = byId("writing-form");
  if (!form) return;

  const area = form.querySelector("[data-text]");
  const state = byId("writing-state");
  const body = document.body;

  // -- saving: a moment after typing stops, at most every few seconds, and when the page is left

  const PAUSE_MS = 1200;
  const LONGEST_MS = 5000;
  const AGAIN_MS = 4000;
  const NOT_TEXT = new Set(["csrf_token", "revision", "person", "image", "image_alt", "head", "then"]);
  const MY_TAB = Math.random().toString(36).slice(2);

  const fields = () => [...new FormData(form)].filter(([name]) => !NOT_TEXT.has(name));
  const typed = () => JSON.stringify(fields());
  const clock = (at) => new Date(at).toLocaleTimeString("pt-BR", { hour: "2-digit", minute: "2-digit" });
  const say = (text, trouble) => {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("writing-state--trouble", Boolean(trouble));
  };

  let saved = typed();
  let since = 0;
  let timer = 0;
  let sending = null;
  let stopped = false;
  let healthy = true;

  const key = form.dataset.keep;
  const store = {
    // Storage may be full, or forbidden by the browser's owner: saving on the server goes on.
    read() {
      try {
        return JSON.parse(localStorage.getItem(key) || "null");
      } catch {
        return null;
      }
    },
    write() {
      const kept = { at: Date.now(), tab: MY_TAB, mode: form.dataset.mode, revision: form.elements.revision.value, fields: fields() };
      try {
        localStorage.setItem(key, JSON.stringify(kept));
        return true;
      } catch {
        return false;
      }
    },
    // What was offered and not answered yet waits beside: typing on does not take its place.
    parked() {
      try {
        const texts = JSON.parse(localStorage.getItem(`${key}:left`) || "[]");
        return texts.filter((kept) => Array.isArray(kept.fields));
      } catch {
        return [];
      }
    },
    park(texts) {
      try {
        if (texts.length) localStorage.setItem(`${key}:left`, JSON.stringify(texts.slice(-3)));
        else localStorage.removeItem(`${key}:left`);
        return true;
      } catch {
        return false;
      }
    },
    drop(anyTab) {
      const kept = this.read();
      try {
        if (kept && (anyTab || kept.tab === MY_TAB)) localStorage.removeItem(key);
      } catch {
        return;
      }
    },
  };

  const dirty = () => typed() !== saved;
  const show = (id, shown) => {
    const element = byId(id);
    if (element.hidden === shown) element.hidden = !shown;
  };

  const payload = () => {
    const data = new FormData(form);
    data.delete("image");
    data.delete("image_alt");
    return new URLSearchParams(data);
  };
  const headers = () => ({ "X-CSRFToken": form.elements.csrf_token.value, "HX-Request": "true", "HX-Current-URL": location.href });

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  const onTrouble = (text) => {
    healthy = false;
    say(text, true);
    later(AGAIN_MS);
  };

  async function save() {
    clearTimeout(timer);
    if (sending) return sending;
    if (stopped || !dirty()) return null;
    sending = post().finally(() => {
      sending = null;
      if (dirty() && !stopped && healthy) later(PAUSE_MS);
    });
    return sending;
  }

  // Who signed out and in again in another tab has a new token: this page takes it and goes on, when
  // it is the same person.
  async function renewed() {
    try {
      const answer = await fetch(location.href, { redirect: "manual" });
      if (!answer.ok) return false;
      const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("writing-form");
      const [old, token] = [form.elements.csrf_token.value, now?.elements.csrf_token.value];
      if (!token || token === old || now.elements.person.value !== form.elements.person.value) return false;
      for (const field of document.getElementsByName("csrf_token")) field.value = token;
      body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
      return true;
    } catch {
      return false;
    }
  }

  async function post(renew = true) {
    const sent = typed();
    say("salvando…");
    let answer;
    try {
      answer = await fetch(form.dataset.autosave, { method: "POST", body: payload(), headers: headers(), redirect: "manual" });
    } catch {
      byId("messages").textContent = ""; // the preview's word on it asks to send again: this goes on by itself
      onTrouble(store.write() ? "sem contato: guardado neste navegador" : "sem contato: não feche esta página");
      return;
    }
    if (answer.ok) return kept(sent, await answer.json());
    store.write();
    if (answer.status === 400 && renew && (await renewed())) return post(false);
    if (answer.status === 409 && (answer.headers.get("Content-Type") || "").includes("json")) {
      stopped = true;
      show("writing-late", true);
      say("guardado ao lado do rascunho", true);
      store.drop();
      return;
    }
    if (answer.status === 401 || answer.type === "opaqueredirect" || answer.status === 400) {
      show("writing-expired", true);
      byId("messages").textContent = ""; // the preview's refusal said the same, over the text
      onTrouble("a sua entrada expirou: guardado neste navegador");
      return;
    }
    const page = document.createElement("div");
    page.innerHTML = await answer.text();
    onTrouble(page.textContent.trim().replace(/\s+/g, " ").slice(0, 240) || "não foi salvo: guardado neste navegador");
  }

  const kept = (sent, told) => {
    saved = sent;
    since = 0;
    form.elements.revision.value = told.revision;
    for (const other of document.querySelectorAll("[data-revision]")) other.value = told.revision;
    if (!dirty()) store.drop();
    show("writing-expired", false);
    if (!healthy) byId("messages").textContent = "";
    healthy = true;
    say(`salvo às ${clock(Date.now())}`);
    const heading = byId("writing-heading");
    const title = told.title || "Artigo sem título";
    if (heading.textContent !== title) heading.textContent = title;
    body.dispatchEvent(new Event("kbw:saved"));
  };

  let writing = 0;
  let drawing = 0;
  const changed = () => {
    if (!dirty()) return;
    if (!since) since = Date.now();
    if (!stopped && healthy) {
      say("digitando…");
      later(Math.min(PAUSE_MS, Math.max(0, since + LONGEST_MS - Date.now())));
    }
    clearTimeout(writing);
    writing = setTimeout(() => dirty() && store.write(), 250);
    clearTimeout(drawing);
    drawing = setTimeout(() => healthy && body.dispatchEvent(new Event("kbw:typed")), 500);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  window.addEventListener("focus", () => !healthy && save());
  window.addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
  });
  window.addEventListener("pagehide", () => leave());

  // Leaving the page: a request that outlives it, and a copy here should it not arrive.
  const leave = () => {
    if (!dirty() || stopped || submitted) return;
    store.write();
    if (sending) return;
    const text = payload();
    if (text.toString().length > 60000) return;
    const sent = typed();
    fetch(form.dataset.autosave, { method: "POST", body: text, headers: headers(), keepalive: true })
      .then((answer) => (answer.ok ? answer.json().then((told) => kept(sent, told)) : null))
      .catch(() => null);
  };
  window.addEventListener("beforeunload", (event) => {
    if (!submitted && dirty() && (!healthy || stopped)) event.preventDefault();
  });

  // A button sends the whole form: what an autosave is just doing must be over before.
  let submitted = false;
  form.addEventListener("submit", (event) => {
    if (!sending) {
      store.write();
      submitted = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    sending.then(() => form.requestSubmit(button));
  });

  // -- what a crash or an expired sign-in left here is offered again; right after a saving it is old

  const offer = byId("writing-offer");
  const isAs = (kept) => kept.mode === form.dataset.mode && JSON.stringify(kept.fields) === saved;
  const fresh = store.read();
  const waiting = store.parked().filter((kept) => !isAs(kept));
  if (fresh && Array.isArray(fresh.fields) && !isAs(fresh) && state.dataset.saved === undefined) waiting.push(fresh);
  if (store.park(waiting) && fresh) store.drop(true);
  const left = waiting.at(-1);
  // A few words of it, from where it parts from what is in the editor.
  const wordsOf = (kept) => {
    const text = (kept.fields.find(([name]) => name === area.name) || ["", ""])[1].replace(/\r\n/g, "\n");
    let at = 0;
    while (at < text.length && text[at] === area.value[at]) at += 1;
    const from = Math.max(0, text.lastIndexOf(" ", at - 20));
    return at < text.length ? `Ali se lê: “${from ? "…" : ""}${text.slice(from, from + 120).trim()}…”` : "";
  };
  if (left) {
    offer.querySelector("[data-offer-at]").textContent = new Date(left.at).toLocaleString("pt-BR", { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });
    const words = offer.querySelector("[data-offer-words]");
    words.textContent = wordsOf(left);
    words.hidden = !words.textContent;
    offer.hidden = false;
    offer.querySelector("[data-offer=take]").focus();
  }
  const put = (kept) => {
    const told = new Map();
    for (const [name, value] of kept.fields) told.set(name, [...(told.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || NOT_TEXT.has(field.name) || field.type === "hidden" || field.matches("button")) continue;
      const values = told.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.type !== "file") field.value = values.length ? values[0] : "";
    }
    form.elements.revision.value = kept.revision;
  };
  offer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-offer]");
    if (!button) return;
    if (button.dataset.offer === "take") {
      if (left.mode !== form.dataset.mode) {
        location.search = `?mode=${left.mode}`;
        return;
      }
      put(left);
      changed();
    }
    store.park(waiting.slice(0, -1));
    offer.hidden = true;
    area.focus();
  });

  // -- the preview goes along with the text

  const follow = () => {
    const page = document.querySelector("#writing-preview .writing-page");
    const most = area.scrollHeight - area.clientHeight;
    if (page && most > 0) page.scrollTop = (area.scrollTop / most) * (page.scrollHeight - page.clientHeight);
  };
  area.addEventListener("scroll", follow, { passive: true });
  let looked = 0;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const page = event.detail.target.id === "writing-preview" && event.detail.target.querySelector(".writing-page");
    if (page) looked = page.scrollTop;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "writing-preview") return;
    const page = document.querySelector("#writing-preview .writing-page");
    if (page) page.scrollTop = looked;
  });

  // -- keys

  const goToSending = () => {
    byId("writing-send").scrollIntoView({ block: "center" });
    byId("field-note").focus();
  };
  document.addEventListener("keydown", (event) => {
    const withCtrl = event.ctrlKey || event.metaKey;
    if (withCtrl && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      if (dirty()) save();
      else say(stopped ? state.textContent : `salvo às ${clock(Date.now())}`);
    } else if (withCtrl && event.key === "Enter" && form.contains(event.target)) {
      event.preventDefault();
      if (event.target.id === "field-note") form.querySelector("#writing-send [value=send]")?.click();
      else goToSending();
    } else if (event.altKey && !withCtrl && /^Digit[1-3]$/.test(event.code)) {
      const tab = document.querySelector(`#writing-preview [data-alt="${event.code.slice(5)}"]`);
      if (tab) {
        event.preventDefault();
        tab.click();
      }
    }
  });

  // What editor-tools.js and editor-pictures.js go on with.
  window.kbwEditor = { byId, form, area, headers, show };
})();
