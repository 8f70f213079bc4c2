"use strict";
{
  const spreads = [...document.querySelectorAll(".spread")];
  const loupe = document.getElementById("loupe");
  const [stage, under, place] = [".stage", ".under", "output"].map((name) => loupe.querySelector(name));
  const zooms = [1, 1.5, 2, 3, 4];
  let current = 0;
  let shown = null;
  let zoom = 0;

  const focus = (index) => {
    const next = Math.min(Math.max(index, 0), spreads.length - 1);
    spreads[current].tabIndex = -1;
    current = next;
    spreads[current].tabIndex = 0;
    return spreads[current];
  };

  /* The spread's pages fill the window; a zoom makes them wider than it. */
  const fit = () => {
    const pages = stage.firstElementChild;
    if (!pages) return;
    const box = spreads[current].getBoundingClientRect();
    const ratio = Number(pages.dataset.ratio) || box.width / box.height;
    const width = Math.min(stage.clientWidth - 16, (stage.clientHeight - 16) * ratio);
    pages.style.setProperty("--fit", `${width}px`);
    pages.style.setProperty("--zoom", zooms[zoom]);
  };

  const enlarge = (index) => {
    const spread = focus(index);
    shown = current;
    const pages = document.createElement("div");
    pages.className = "pages";
    const sizes = [...spread.children].map((page) => page.querySelector("svg")?.viewBox.baseVal);
    const size = sizes.find((box) => box);
    pages.dataset.ratio = (size.width * sizes.length) / size.height;
    pages.append(...[...spread.children].map((page) => page.cloneNode(true)));
    pages.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    stage.replaceChildren(pages);
    under.replaceChildren(spread.parentElement.querySelector("figcaption").cloneNode(true));
    place.value = spread.getAttribute("aria-label");
    if (!loupe.open) loupe.showModal();
    fit();
    stage.scrollTo(0, 0);
  };

  const across = (step) => {
    const from = spreads[current].getBoundingClientRect();
    const row = spreads
      .map((spread, index) => ({ index, box: spread.getBoundingClientRect() }))
      .filter(({ box }) => (step > 0 ? box.top > from.top + 1 : box.top < from.top - 1))
      .sort((one, two) => step * (one.box.top - two.box.top) || Math.abs(one.box.left - from.left) - Math.abs(two.box.left - from.left));
    return row.length ? row[0].index : current;
  };

  spreads.forEach((spread, index) => {
    spread.tabIndex = index ? -1 : 0;
    spread.addEventListener("click", () => enlarge(index));
    spread.addEventListener("focus", () => focus(index));
    spread.addEventListener("keydown", (event) => {
      const go = { ArrowLeft: () => current - 1, ArrowRight: () => current + 1, ArrowUp: () => across(-1), ArrowDown: () => across(1), Home: () => 0, End: () => spreads.length - 1 }[event.key];
      if (!go) return;
      event.preventDefault();
      focus(go()).focus();
    });
  });

  const change = (step) => {
    const middle = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
    zoom = Math.min(Math.max(zoom + step, 0), zooms.length - 1);
    fit();
    stage.scrollLeft = middle * stage.scrollWidth - stage.clientWidth / 2;
  };

  loupe.addEventListener("keydown", (event) => {
    const keys = { ArrowLeft: () => enlarge(current - 1), ArrowRight: () => enlarge(current + 1), Home: () => enlarge(0), End: () => enlarge(spreads.length - 1), "+": () => change(1), "=": () => change(1), "-": () => change(-1) };
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  loupe.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const button = event.target.closest("button");
    if (link) shown = null;
    if (link || button?.hasAttribute("data-close")) loupe.close();
    else if (button?.dataset.go) enlarge(current + Number(button.dataset.go));
    else if (button?.dataset.zoom) change(Number(button.dataset.zoom));
    else if (button?.dataset.show) {
      const box = document.getElementById(`show-${button.dataset.show}`);
      box.checked = !box.checked;
      press();
    }
  });
  /* The browser gives the focus back to what had it before; a link goes on to its target. */
  loupe.addEventListener("close", () => { if (shown !== null) focus(shown).focus(); });

  const press = () => loupe.querySelectorAll("[data-show]").forEach((button) => {
    button.setAttribute("aria-pressed", document.getElementById(`show-${button.dataset.show}`).checked);
  });
  document.querySelectorAll(".show input").forEach((box) => box.addEventListener("change", press));
  press();
  addEventListener("resize", fit);

  /* A link to a page or a finding: open what holds it, and go on from there by keyboard. */
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const holder = target?.closest("details");
    if (holder && !holder.open) { holder.open = true; target.scrollIntoView(); }
    const spread = target?.closest(".spread");
    if (spread) { focus(spreads.indexOf(spread)).focus({ preventScroll: true }); spread.scrollIntoView({ block: "center" }); }
  };
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();
}
