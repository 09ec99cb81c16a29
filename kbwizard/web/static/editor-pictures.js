// Pictures in the editor: pasted, dropped or chosen, cleaned by the server, put where one writes.
(() => {
  "use strict";

  if (!window.kbwEditor) return; // a screen without a text to write
  const { byId, form, area, headers, show, insert } = window.kbwEditor;

  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = "image/png,image/jpeg,image/webp,image/gif,image/svg+xml";
  picker.multiple = true;
  picker.addEventListener("change", () => {
    takeAll(picker.files);
    picker.value = "";
  });
  form.querySelector("[data-tool=image]").addEventListener("click", () => picker.click());

  const told = byId("writing-image-state");
  const tell = (text, trouble) => {
    told.textContent = text;
    told.classList.toggle("writing-state--trouble", Boolean(trouble));
  };
  let count = 0;

  const upload = (file, progress) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append("image", file, file.name || "imagem.png");
      request.open("POST", form.dataset.images);
      for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => event.lengthComputable && progress(Math.round((100 * event.loaded) / event.total));
      request.onerror = () => reject(new Error("Sem contato com o servidor: tente de novo."));
      request.onload = () => {
        if (request.status === 200) {
          resolve(JSON.parse(request.responseText));
          return;
        }
        if (request.status === 401) show("writing-expired", true);
        const page = document.createElement("div");
        page.innerHTML = request.responseText;
        if (request.status === 422) page.querySelector("strong")?.remove(); // a heading for forms
        reject(new Error(page.textContent.trim().replace(/\s+/g, " ").slice(0, 240) || "O servidor não a aceitou."));
      };
      request.send(data);
    });

  const replace = (old, text) => {
    const at = area.value.indexOf(old);
    if (at < 0) return -1;
    const [start, end, scrolled] = [area.selectionStart, area.selectionEnd, area.scrollTop];
    const moved = (where) => (where <= at ? where : Math.max(at + text.length, where + text.length - old.length));
    area.setRangeText(text, at, at + old.length);
    area.setSelectionRange(moved(start), moved(end));
    area.scrollTop = scrolled;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    return at;
  };

  // A picture takes no words away, not even chosen ones, and stands behind the picture one is describing.
  const makePlace = () => {
    let at = area.selectionEnd;
    for (const { index, 0: mark } of area.value.matchAll(/!\[[^\]\n]*\]\([^)\n]*\)/g)) {
      if (index < at && at < index + mark.length) at = index + mark.length;
    }
    area.setSelectionRange(at, at);
  };
  const MB = 1024 * 1024;
  const most = Number(form.dataset.imageMost);

  const take = async (file) => {
    if (file.size > most) {
      // Told before it is sent: minutes of a slow connection, and nobody reads an answer cut short.
      return `A imagem ${file.name || "colada"} não entrou: tem ${Math.ceil(file.size / MB)}\u00a0MB, e o limite é ${most / MB}\u00a0MB. Reduza-a e tente de novo.`;
    }
    const holder = `![enviando a imagem ${++count}…]()`;
    makePlace();
    const before = area.value.slice(0, area.selectionStart);
    const gap = /(^|\n)$/.test(before) ? "" : "\n\n";
    insert(gap + holder);
    tell(`Enviando ${file.name || "a imagem"}…`);
    const caret = area.selectionStart;
    try {
      const made = await upload(file, (percent) => tell(`Enviando ${file.name || "a imagem"}: ${percent}\u00a0%`));
      const untouched = area.selectionStart === caret && document.activeElement === area;
      const at = replace(holder, `![descrição](images/${made.name})`);
      if (at < 0) {
        return "A imagem chegou, mas o lugar dela saiu do texto: cole-a de novo.";
      }
      if (untouched) area.setSelectionRange(at + 2, at + 2 + "descrição".length);
      tell("Imagem no texto. Diga em “descrição” o que se vê nela.");
      return "";
    } catch (error) {
      replace(gap + holder, "");
      return `A imagem ${file.name || "colada"} não entrou. ${error.message}`;
    }
  };
  const isPicture = (file) => file.type.startsWith("image/");
  const takeAll = async (files) => {
    const refused = [...files].filter((file) => !isPicture(file)).map((file) => `${file.name} não entrou: só imagens PNG, JPEG, WebP, GIF ou SVG entram no texto.`);
    for (const file of [...files].filter(isPicture)) refused.push(await take(file));
    const words = refused.filter(Boolean).join(" ");
    if (words) tell(words, true);
  };

  area.addEventListener("paste", (event) => {
    const files = [...((event.clipboardData && event.clipboardData.files) || [])].filter(isPicture);
    if (!files.length) return;
    event.preventDefault();
    takeAll(files);
  });
  area.addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
  });
  area.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    takeAll(event.dataTransfer.files);
  });
})();
