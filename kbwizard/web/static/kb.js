// What articles and search add to keys.js and page.js: the search dialog, steps to tick, scripts to
// copy, contents that follow. Every page works without this file.
(() => {
  "use strict";

  const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select";
  const byId = (id) => document.getElementById(id);
  const make = (name, attributes, text = "") => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };

  // -- Search

  const dialog = byId("search");
  const field = byId("search-q");

  // Ctrl+K is `/` for who is typing elsewhere; an editor may have taken it for a link.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const page = document.querySelector("[data-search-field]");
    if (!dialog && !page) return;
    event.preventDefault();
    if (!dialog) return page.select();
    for (const other of document.querySelectorAll("dialog[open]")) if (other !== dialog) other.close();
    if (!dialog.open) dialog.showModal();
    field.select();
  });

  if (dialog) {
    const form = field.form;
    const look = () => window.htmx && window.htmx.trigger(field, "kbw:look");
    const put = (text) => {
      field.value = text;
      field.focus();
      look();
    };

    // Only searches that somebody acted on are counted, never letters on their way. Giving up is
    // an act too: what was looked for and not opened is what the base lacks.
    const LEAST_GIVEN_UP = 4;
    let counted = "";
    const settled = (slug) => {
      if (!field.value.trim()) return;
      counted = field.value.trim();
      const said = new FormData(form);
      if (slug) said.set("slug", slug);
      fetch(form.dataset.settled, { method: "POST", body: said, keepalive: true }).catch(() => {});
    };

    document.addEventListener("click", (event) => {
      if (event.target.closest('[data-open="#search"]')) field.select();
    });
    form.addEventListener("change", (event) => {
      if (event.target !== field) look();
    });
    // Keys may be quicker than the answer: into the list goes who typed, once it is theirs.
    const results = () => byId("search-results");
    const asked = () => field.value.trim();
    let leads = false;
    const first = () => results().querySelector("[data-arrows] a[href], [data-arrows] button");
    document.addEventListener("keydown", (event) => {
      if (event.target !== field || event.isComposing) return;
      if (event.key === "Escape") {
        event.preventDefault(); // it would only empty the field
        event.stopImmediatePropagation();
        dialog.close();
      }
      if (event.key !== "Enter" && event.key !== "ArrowDown") {
        leads = false;
        return;
      }
      if (event.key === "Enter") settled("");
      if (!asked() || results().dataset.q === asked()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      leads = true;
      look();
    }, true);
    // In a call nothing leads away from it: Enter without results stays.
    form.addEventListener("submit", (event) => {
      if ("stay" in form.dataset && !(event.submitter && "all" in event.submitter.dataset)) event.preventDefault();
    });
    dialog.addEventListener("click", (event) => {
      const hit = event.target.closest("[data-hit]");
      if (hit) settled(hit.dataset.hit);
      const word = event.target.closest("[data-complete]");
      if (word) put(field.value.replace(/\S*$/, "") + word.dataset.complete + " ");
      const instead = event.target.closest("[data-instead]");
      if (instead) put(instead.dataset.instead);
      if (event.target === dialog) dialog.close(); // outside its box
    });
    dialog.addEventListener("close", () => {
      if (asked().length >= LEAST_GIVEN_UP && asked() !== counted) settled("");
    });
    // From the results back to the words: up from the first one, or by typing on.
    dialog.addEventListener("keydown", (event) => {
      const list = event.target.closest("[data-arrows]");
      if (!list || event.ctrlKey || event.altKey || event.metaKey) return;
      const up = event.key === "ArrowUp" && event.target === list.querySelector("a[href], button");
      if (up) event.preventDefault();
      if (up || event.key === "Backspace" || (event.key.length === 1 && (event.key !== " " || event.target.matches("a")))) {
        field.focus();
        if (up) event.stopPropagation();
      }
    });
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target.id !== "search-results" || !dialog.open) return;
      byId("search-said").textContent = results().dataset.said || "";
      if (!leads || results().dataset.q !== asked()) return;
      leads = false;
      if (first()) first().focus();
    });
  }

  // -- An article, dressed for use

  const ticksKey = (article) =>
    article.dataset.protocol && `kbw:ticks:${article.dataset.protocol}:${article.dataset.article}:${article.dataset.edition}`;

  const kept = (key) => {
    try {
      return new Set(JSON.parse((key && sessionStorage.getItem(key)) || "[]"));
    } catch {
      return new Set();
    }
  };

  const keep = (key, done) => {
    try {
      if (key) sessionStorage.setItem(key, JSON.stringify([...done]));
    } catch {
      // A browser that keeps nothing still shows the ticks.
    }
  };

  // Steps in order can be ticked; within a call they stay ticked while it lasts.
  const tickable = (article) => {
    const items = [...article.querySelectorAll("ol > li")].filter((item) => !item.closest("nav"));
    if (!items.length) return;
    const key = ticksKey(article);
    const done = kept(key);
    const bar = make("p", { class: "ticks-bar", role: "status" });
    const count = make("span", {});
    const clear = make("button", { type: "button", class: "button button--quiet" }, "Limpar marcas");
    bar.append(count, " ", clear);
    items[0].parentElement.before(bar);
    const boxes = items.map((item, place) => {
      const words = item.textContent.trim().replace(/\s+/g, " ").slice(0, 80);
      const box = make("input", { type: "checkbox", class: "tick", "aria-label": `Feito: ${words}` });
      box.addEventListener("change", () => {
        if (box.checked) done.add(place);
        else done.delete(place);
        keep(key, done);
        show();
      });
      item.classList.add("tickable");
      item.prepend(box);
      return box;
    });
    const show = () => {
      boxes.forEach((box, place) => {
        box.checked = done.has(place);
        items[place].classList.toggle("ticked", box.checked);
      });
      bar.hidden = !done.size;
      count.textContent = `${done.size} de ${boxes.length} passos feitos`;
    };
    clear.addEventListener("click", () => {
      done.clear();
      keep(key, done);
      show();
      boxes[0].focus();
    });
    show();
  };

  // What is said word for word is copied by one button.
  const copyable = (article) => {
    for (const quote of article.querySelectorAll("blockquote")) {
      const said = quote.textContent.trim().replace(/[ \t]*\n\s*/g, "\n");
      const button = make("button", { type: "button", class: "button button--quiet copy-script", "data-copy": said }, "Copiar");
      button.append(make("span", { class: "unseen" }, ` a frase: ${said.slice(0, 60)}`));
      quote.append(button);
    }
  };

  const linkable = (article) => {
    for (const heading of article.querySelectorAll("h2[id], h3[id]")) {
      const address = new URL("#" + heading.id, location.href);
      address.search = "";
      heading.append(" ", make("a", {
        class: "heading-link", href: "#" + heading.id, "data-copy": address.href,
        "aria-label": `Copiar o link de: ${heading.textContent.trim()}`, title: "Copiar o link desta parte",
      }, "#"));
    }
  };

  const scrollable = (article) => {
    for (const table of article.querySelectorAll("table")) {
      if (table.closest(".table-scroll")) continue;
      const frame = make("div", { class: "table-scroll" });
      table.before(frame);
      frame.append(table);
    }
    fitTables(article);
  };
  const fitTables = (root) => {
    for (const frame of root.querySelectorAll(".table-scroll")) {
      const wide = frame.scrollWidth > frame.clientWidth + 1;
      if (!wide) ["tabindex", "role", "aria-label"].forEach((name) => frame.removeAttribute(name));
      else Object.entries({ tabindex: "0", role: "region", "aria-label": "Tabela, role para o lado" }).forEach(([name, value]) => frame.setAttribute(name, value));
    }
  };
  addEventListener("resize", () => fitTables(document));

  const dress = (article) => {
    if (!article || "dressed" in article.dataset) return;
    article.dataset.dressed = "";
    copyable(article);
    tickable(article);
    if (article.id !== "article-open") linkable(article);
    scrollable(article);
    for (const link of article.querySelectorAll('a[href^="http"]')) {
      if (link.origin !== location.origin) link.target = "_blank";
    }
  };
  document.querySelectorAll("[data-article]").forEach(dress);

  // -- Beside a step

  const panel = () => byId("article-open");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "article") dress(panel()); // before it is scrolled to its section
  });

  // A step that moves on takes nothing from who is reading.
  let readAt = 0;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "call" && panel()) readAt = panel().scrollTop;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "call" && panel()) panel().scrollTop = readAt;
    forget();
  });

  // What an article beside a step leads to opens in its place, not instead of the call.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#article-open a[href]");
    if (!link || "elsewhere" in link.dataset || link.hasAttribute("hx-get") || event.ctrlKey || event.metaKey || !window.htmx) return;
    const to = /^\/desk\/articles\/([a-z0-9-]+)$/.exec(link.pathname);
    if (link.origin !== location.origin || !to || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    const at = new URLSearchParams({ protocol: panel().dataset.protocol || "" });
    if (link.hash) at.set("at", decodeURIComponent(link.hash.slice(1)));
    window.htmx.ajax("GET", `${link.pathname}?${at}`, { target: "#article", swap: "innerHTML" });
  });

  // Ticks end with the call.
  const forget = () => {
    const call = byId("call");
    if (!call || !("ended" in call.dataset)) return;
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(`kbw:ticks:${call.dataset.protocol}:`)) sessionStorage.removeItem(key);
    }
  };
  forget();

  // -- The page of an article

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // Contents: folded where they would push the text down, and following where there is room.
  if (matchMedia("(max-width: 900px)").matches) {
    document.querySelectorAll("details.contents").forEach((contents) => { contents.open = false; });
  }
  const links = new Map([...document.querySelectorAll('.contents a[href^="#"]')].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  if (links.size) {
    const headings = [...links.keys()].map(byId).filter(Boolean);
    const follow = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
      const at = passed.length ? passed[passed.length - 1].id : "";
      for (const [id, link] of links) {
        if (id === at) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; follow(); });
    }, { passive: true });
    follow();
  }
})();
