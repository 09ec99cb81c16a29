// The toolbar of the editor, its keys, lists that go on by Enter, links to other articles.
(() => {
  "use strict";

  if (!window.kbwEditor) return; // a screen without a text to write
  const { byId, form, area } = window.kbwEditor;

  // -- the toolbar: what it writes can be undone like anything typed

  const insert = (text, from, to) => {
    area.focus();
    if (from !== undefined) area.setSelectionRange(from, to);
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (done) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const chosen = () => area.value.slice(area.selectionStart, area.selectionEnd);

  const around = (mark, example) => {
    const start = area.selectionStart;
    const text = chosen() || example;
    const inner = text.startsWith(mark) && text.endsWith(mark) && text.length > 2 * mark.length;
    insert(inner ? text.slice(mark.length, -mark.length) : mark + text + mark);
    if (inner) area.setSelectionRange(start, start + text.length - 2 * mark.length);
    else area.setSelectionRange(start + mark.length, start + mark.length + text.length);
  };

  const wholeLines = () => {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const end = area.value.indexOf("\n", area.selectionEnd);
    return [from, end < 0 ? area.value.length : end];
  };

  // Marks the beginning of every chosen line, or takes the marks away when all have them.
  const eachLine = (mark, known, example) => {
    const [from, to] = wholeLines();
    const lines = (area.value.slice(from, to) || example).split("\n");
    const all = lines.every((line) => known.test(line));
    const text = lines.map((line, n) => (all ? line.replace(known, "") : (typeof mark === "string" ? mark : mark(n)) + line.replace(known, ""))).join("\n");
    insert(text, from, to);
    area.setSelectionRange(from + (lines.length === 1 && !all ? text.length - lines[0].replace(known, "").length : 0), from + text.length);
  };

  // A block stands between blank lines; `example` in it is left chosen, to be typed over.
  const block = (make, example) => {
    const [from, to] = wholeLines();
    const text = area.value.slice(from, to).trim() ? area.value.slice(from, to) : example;
    const before = from && !area.value.slice(0, from).endsWith("\n\n") ? "\n" : "";
    const after = area.value.slice(to).startsWith("\n\n") || to === area.value.length ? "" : "\n";
    const made = make(text);
    insert(before + made + after, from, to);
    const at = from + before.length + made.indexOf(text.split("\n")[0]);
    area.setSelectionRange(at, at + text.split("\n")[0].length);
  };
  const indented = (text) => text.split("\n").map((line) => (line ? `    ${line}` : line)).join("\n");
  const fenced = (name, example) => () => block((text) => `::: ${name}\n${text}\n:::`, example);

  const TOOLS = {
    bold: () => around("**", "forte"),
    italic: () => around("*", "ênfase"),
    heading: () => eachLine("## ", /^#{2,6} /, "O que fazer"),
    steps: () => eachLine((n) => `${n + 1}. `, /^\d+\. /, "Faça isto"),
    list: () => eachLine("- ", /^- /, "um ponto"),
    say: () => eachLine("> ", /^> ?/, "O que dizer ao cliente, palavra por palavra."),
    warning: () => block((text) => `!!! warning "Segurança"\n${indented(text)}`, "O que não pode ser feito, e por quê."),
    tip: () => block((text) => `!!! tip "Dica"\n${indented(text)}`, "O que poupa tempo."),
    table: () => block((text) => `| ${text} | O que é | O que fazer |\n|---|---|---|\n| … | … | … |`, "O que se vê"),
    interno: fenced("interno", "Só atendentes e quem treina leem isto."),
    cliente: fenced("cliente", "Só clientes leem isto."),
    treinamento: fenced("treinamento", "Só quem treina lê isto."),
    link: () => openLinks(),
  };

  const bar = form.querySelector(".writing-tools");
  bar.hidden = false;
  form.querySelector(".writing-keys").hidden = false;
  form.querySelector("[data-plain-image]").hidden = true;
  const tools = [...bar.querySelectorAll("[data-tool]")];
  tools.forEach((tool, n) => (tool.tabIndex = n ? -1 : 0));
  bar.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]");
    if (tool) TOOLS[tool.dataset.tool]?.(); // the picture is chosen in editor-pictures.js
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -tools.length, End: tools.length }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tools[Math.min(tools.length - 1, Math.max(0, tools.indexOf(document.activeElement) + step))];
    tools.forEach((tool) => (tool.tabIndex = tool === next ? 0 : -1));
    next.focus();
  });

  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const tool = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (!tool || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation(); // Ctrl+K elsewhere is the search
    TOOLS[tool]();
  });

  // Enter goes on with a list or a quotation; on an empty item it ends it.
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.isComposing) return;
    if (area.selectionStart !== area.selectionEnd) return;
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const line = area.value.slice(from, area.selectionStart);
    const item = /^(\s*)(?:(\d+)\. |([-*]) |(> ))(.*)$/.exec(line);
    if (!item) return;
    event.preventDefault();
    if (!item[5].trim()) {
      insert("\n", from, area.selectionStart); // what follows is no part of the list
      return;
    }
    insert("\n" + item[1] + (item[2] ? `${Number(item[2]) + 1}. ` : item[3] ? `${item[3]} ` : "> "));
  });

  // -- links to other articles

  const links = byId("writing-link");
  let place = [0, 0];
  const openLinks = () => {
    place = [area.selectionStart, area.selectionEnd];
    const query = byId("writing-link-q");
    query.value = chosen().slice(0, 80);
    links.showModal();
    query.focus();
    query.select();
    if (query.value) query.dispatchEvent(new Event("input", { bubbles: true }));
  };
  links.addEventListener("click", (event) => {
    const found = event.target.closest("[data-link]");
    if (!found) return;
    const text = area.value.slice(...place) || found.dataset.title;
    links.close();
    insert(`[${text.replace(/[[\]]/g, "")}](${found.dataset.link})`, ...place);
  });
  links.addEventListener("close", () => area.focus());
  // Results that come late take the place of those one was in: back to the words.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (links.open && event.detail.target.id === "writing-links" && !links.contains(document.activeElement)) byId("writing-link-q").focus();
  });
  byId("writing-link-q").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // keys.js leads into the results
  });

  window.kbwEditor.insert = insert;
})();
