"use strict";
{
  const at = (id) => document.getElementById(id);
  const main = at("book");
  const list = at("spreads");
  const widths = [480, 720, 1080, 1620];
  const zooms = [0.6, 0.8, 1, 1.25, 1.6, 2, 2.6];
  let zoom = 2;
  let book = null;
  let told = {};
  let edition = 0;
  /* What is kept of each page, by section and page in it: an unchanged page keeps its element. */
  let leaves = new Map();

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const keyOf = (page, number) => (page.section === null ? `blank ${number}` : `${page.section} ${page.page}`);
  const stages = { setting: "Setting …", checking: "Up to date; checking …", checked: "Up to date and checked", broken: "Can’t be set", lost: "The preview has ended" };

  /* The spread fits the window, as wide as its height allows. */
  const fit = () => {
    if (!book) return;
    const [width, height] = book.size;
    const high = main.clientHeight - 84;
    const wide = main.clientWidth - 48;
    const fits = Math.max(Math.min(wide, (high * width * 2) / height), 280);
    main.style.setProperty("--width", `${Math.floor(fits)}px`);
    main.style.setProperty("--ratio", `${width} / ${height}`);
    main.style.setProperty("--zoom", zooms[zoom]);
  };
  const pixels = () => {
    const needed = ((parseFloat(main.style.getPropertyValue("--width")) * zooms[zoom]) / 2) * devicePixelRatio;
    return widths.find((width) => width >= needed * 0.95) ?? widths.at(-1);
  };
  const source = (leaf) => `pages/${leaf.address}/${pixels()}`;

  const newLeaf = (key) => {
    const button = make("button", "page");
    button.type = "button";
    const image = make("img");
    image.loading = "lazy";
    image.decoding = "async";
    button.append(image);
    const leaf = { key, button, image, address: "", label: "" };
    button.addEventListener("click", (event) => ask(leaf, event));
    return leaf;
  };

  const isNear = (element) => {
    const box = element.getBoundingClientRect();
    return box.bottom > -200 && box.top < innerHeight + 200;
  };

  /* A page in sight changes once its new picture is there; the old one stands until then. */
  const draw = (leaf) => {
    const wanted = source(leaf);
    if (leaf.source === wanted) return;
    const before = leaf.source;
    leaf.source = wanted;
    if (!before || !isNear(leaf.button)) {
      leaf.image.src = wanted;
      return;
    }
    const fresh = new Image();
    fresh.src = wanted;
    fresh.decode().then(() => {
      if (leaf.source !== wanted) return;
      leaf.image.src = wanted;
      leaf.button.classList.remove("fresh");
      void leaf.button.offsetWidth;
      leaf.button.classList.add("fresh");
    }, () => { leaf.source = ""; });
  };

  const finding = (found) => {
    const item = make("li", `found ${found.severity}`);
    const said = make("p");
    said.append(make("span", "kind", found.severity === "error" ? "Error: " : "Warning: "), found.message);
    item.append(said);
    if (found.hint) item.append(make("p", "hint", found.hint));
    const place = found.place ?? (found.file ? found.file + (found.line ? `:${found.line}` : "") : "");
    if (place) item.append(make("p", "place", place));
    return item;
  };

  /* The page in the middle of the window, and where it stands there. */
  const looked = () => {
    const middle = main.getBoundingClientRect().top + main.clientHeight * 0.4;
    let best = null;
    for (const leaf of leaves.values()) {
      const box = leaf.button.getBoundingClientRect();
      if (!box.height) continue;
      const far = box.top > middle ? box.top - middle : Math.max(middle - box.bottom, 0);
      const wanted = leaf.button === document.activeElement ? 2 : Number(Boolean(leaf.address));
      if (!best || far < best.far || (far === best.far && wanted > best.wanted)) best = { far, wanted, leaf, top: box.top };
    }
    return best;
  };

  /* The page that holds now what `key` held before. */
  const movedKey = (key, moved) => {
    const [, section, page] = key.match(/^(.*) (\d+)$/);
    const pages = moved?.[section];
    return pages && pages[page] !== undefined ? `${section} ${pages[page]}` : key;
  };

  const nearest = (key) => {
    if (leaves.has(key)) return leaves.get(key);
    const [, section, page] = key.match(/^(.*) (\d+)$/);
    for (let number = Number(page) - 1; number >= 0; number -= 1) {
      if (leaves.has(`${section} ${number}`)) return leaves.get(`${section} ${number}`);
    }
    return null;
  };

  const spread = (verso, recto) => {
    const item = make("li", "spread");
    const pages = make("div", "leaves");
    const under = make("div", "under");
    for (const [side, leaf] of [["verso", verso], ["recto", recto]]) {
      const holder = make("div", `leaf ${side}${leaf ? "" : " none"}`);
      holder.append(leaf ? leaf.button : make("div", "page"));
      pages.append(holder);
      const notes = make("div", side);
      if (leaf) {
        leaf.notes = notes;
        notes.append(make("p", "name", leaf.label));
      }
      under.append(notes);
    }
    item.append(pages, under);
    return item;
  };

  const lay = () => {
    const next = new Map();
    book.pages.forEach((page, number) => {
      const key = keyOf(page, number);
      const leaf = leaves.get(key) ?? newLeaf(key);
      Object.assign(leaf, { number, label: page.label, section: page.section, page: page.page, address: page.address });
      leaf.button.setAttribute("aria-label", page.address ? `Page ${page.label}: where is it written?` : `Page ${page.label}, blank`);
      leaf.button.disabled = !page.address;
      leaf.image.alt = "";
      leaf.image.hidden = !page.address;
      next.set(key, leaf);
    });
    const order = [...next.values()];
    const same = leaves.size === next.size && [...leaves.keys()].every((key, number) => key === order[number].key);
    leaves = next;
    if (same) {
      for (const leaf of order) leaf.notes.querySelector(".name").textContent = leaf.label;
    } else {
      const rows = [spread(null, order[0])];
      for (let number = 1; number < order.length; number += 2) rows.push(spread(order[number], order[number + 1] ?? null));
      list.replaceChildren(...rows);
    }
  };

  const showBook = (data) => {
    const kept = book ? looked() : null;
    const focused = document.activeElement;
    book = data.book;
    edition = data.edition;
    document.documentElement.dataset.edition = edition;
    document.title = `${book.title} – preview`;
    at("title").textContent = book.title;
    at("empty").hidden = true;
    fit();
    lay();
    const chosen = at("section").value;
    at("section").replaceChildren(...book.sections.map((section) => new Option(section.name, section.key)));
    at("section").value = chosen;
    if (kept) {
      const leaf = nearest(movedKey(kept.leaf.key, data.moved));
      if (leaf) main.scrollTop += leaf.button.getBoundingClientRect().top - kept.top;
    }
    if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    for (const leaf of leaves.values()) if (leaf.address) draw(leaf);
    const page = data.changed ?? null;
    const button = at("changed");
    button.hidden = page === null;
    if (page !== null) {
      const leaf = [...leaves.values()][page];
      button.textContent = `Changed: page ${leaf.label}`;
      button.dataset.key = leaf.key;
    }
    follow();
  };

  const showFindings = (findings) => {
    const order = [...leaves.values()];
    for (const leaf of order) leaf.notes?.querySelector("ul")?.remove();
    const general = [];
    for (const found of findings) {
      if (!found.pages.length) general.push(found);
      for (const number of found.pages) {
        const notes = order[number]?.notes;
        if (!notes) continue;
        if (!notes.querySelector("ul")) notes.append(make("ul"));
        notes.querySelector("ul").append(finding(found));
      }
    }
    at("general").hidden = !general.length;
    at("general").querySelector("ul").replaceChildren(...general.map(finding));
  };

  const show = (data) => {
    told = data;
    if (data.book) showBook(data);
    const stage = at("stage");
    stage.dataset.stage = data.stage;
    stage.textContent = stages[data.stage];
    const broken = data.stage === "broken";
    if (broken || data.stage !== "setting") {
      at("faults").hidden = !broken;
      const faults = data.trouble ? [{ severity: "error", message: data.trouble }] : data.faults;
      at("faults").querySelector("h2").hidden = !book;
      at("faults").querySelector("ul").replaceChildren(...(broken ? faults.map(finding) : []));
    }
    if (data.findings) {
      const kept = looked();
      const known = JSON.stringify(data.findings);
      if (data.book || known !== list.dataset.findings) {
        showFindings(data.findings);
        list.dataset.findings = known;
        if (kept) main.scrollTop += kept.leaf.button.getBoundingClientRect().top - kept.top;
      }
    }
  };

  /* Where a passage is written. By keyboard: where the page begins. */
  const ask = async (leaf, event) => {
    const box = leaf.button.getBoundingClientRect();
    const byKey = event.detail === 0;
    const x = byKey ? 0.5 : (event.clientX - box.left) / box.width;
    const y = byKey ? 0.12 : (event.clientY - box.top) / box.height;
    document.querySelectorAll(".spot").forEach((spot) => spot.remove());
    const spot = make("span", "spot");
    spot.style.left = `${x * 100}%`;
    spot.style.top = `${y * 100}%`;
    leaf.button.append(spot);
    const answer = await fetch(`written?page=${leaf.address}&x=${x.toFixed(4)}&y=${y.toFixed(4)}`);
    const written = at("written");
    written.classList.toggle("place", answer.ok);
    at("copy").hidden = !answer.ok;
    if (!answer.ok) {
      written.textContent = "This page has just changed; click again.";
      return;
    }
    const { file, line } = await answer.json();
    written.textContent = line ? `${file}:${line}` : file;
    at("copy").textContent = "Copy";
  };
  at("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(at("written").textContent);
    at("copy").textContent = "Copied";
  });

  /* The EPUB's text follows the page that is looked at. */
  const text = document.querySelector(".text");
  let reading = null;
  const findMark = (frame, label) => frame.contentDocument?.getElementById(`page.${label}`);
  const scrollText = (frame, label) => {
    const mark = findMark(frame, label);
    if (!mark) return;
    frame.contentWindow.scrollTo(0, Math.max(mark.getBoundingClientRect().top + frame.contentWindow.scrollY - 24, 0));
  };
  const follow = () => {
    const leaf = looked()?.leaf;
    if (!leaf) return;
    if (document.activeElement !== at("page")) at("page").value = leaf.label;
    const section = book.sections.find((item) => item.key === leaf.section);
    if (section) at("section").value = section.key;
    if (document.body.classList.contains("alone") || !section?.text) return;
    at("reading-name").textContent = `EPUB · ${section.name}`;
    const source = `text/${encodeURIComponent(section.key)}?${section.text}`;
    if (reading?.wanted === source) {
      if (reading.label !== leaf.label) scrollText(reading, leaf.label);
      reading.label = leaf.label;
      return;
    }
    const frame = make("iframe", "coming");
    frame.title = `EPUB text: ${section.name}`;
    frame.sandbox = "allow-same-origin";
    frame.src = source;
    frame.wanted = source;
    frame.label = leaf.label;
    const before = reading?.isConnected && reading.section === section.key ? reading : null;
    frame.section = section.key;
    reading = frame;
    frame.addEventListener("load", () => {
      if (frame !== reading) return frame.remove();
      if (before) frame.contentWindow.scrollTo(0, before.contentWindow.scrollY);
      else scrollText(frame, frame.label);
      frame.contentDocument.addEventListener("click", (event) => {
        if (event.target.closest("a") && !event.target.closest("a").getAttribute("href")?.startsWith("#")) event.preventDefault();
      });
      frame.classList.remove("coming");
      text.querySelectorAll("iframe").forEach((other) => other !== frame && other.remove());
    });
    text.append(frame);
  };
  let waiting = 0;
  main.addEventListener("scroll", () => {
    clearTimeout(waiting);
    waiting = setTimeout(follow, 120);
  }, { passive: true });

  const goTo = (leaf) => {
    if (!leaf) return;
    main.scrollTop += leaf.button.getBoundingClientRect().top - main.getBoundingClientRect().top - 16;
    leaf.button.focus({ preventScroll: true });
  };
  at("go").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = at("page").value.trim().toLowerCase();
    goTo([...leaves.values()].find((leaf) => leaf.label === wanted));
  });
  at("section").addEventListener("change", () => goTo(leaves.get(`${at("section").value} 0`)));
  at("changed").addEventListener("click", () => goTo(leaves.get(at("changed").dataset.key)));

  const resize = () => {
    const kept = looked();
    fit();
    if (kept) main.scrollTop += kept.leaf.button.getBoundingClientRect().top - kept.top;
    for (const leaf of leaves.values()) if (leaf.address) draw(leaf);
  };
  document.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
    zoom = Math.min(Math.max(zoom + Number(button.dataset.zoom), 0), zooms.length - 1);
    resize();
  }));
  at("beside").addEventListener("click", () => {
    const alone = document.body.classList.toggle("alone");
    at("beside").setAttribute("aria-pressed", String(!alone));
    resize();
    follow();
  });
  addEventListener("resize", resize);

  const stream = new EventSource("events");
  stream.addEventListener("message", (event) => show(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    at("stage").dataset.stage = "lost";
    at("stage").textContent = stages.lost;
  });
}
