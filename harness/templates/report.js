"use strict";
const cases = [...document.querySelectorAll(".case")];
const text = document.getElementById("text");
const count = document.getElementById("count");
let verdict = "";
function filter() {
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of cases) {
    const told = one.firstElementChild.textContent.toLowerCase();
    const fits = (!verdict || one.dataset.verdict === verdict) && words.every((w) => told.includes(w));
    one.hidden = !fits;
    if (fits) shown += 1;
  }
  count.textContent = count.dataset.form.replace("%s", shown).replace("%a", cases.length);
}
text.addEventListener("input", filter);
document.querySelector(".filter").addEventListener("submit", (e) => e.preventDefault());
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    verdict = button.dataset.show;
    for (const other of document.querySelectorAll("[data-show]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    filter();
  });
}
function zoom(figure, factor) {
  const svg = figure.querySelector("svg");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const room = figure.querySelector(".scroll").clientWidth - 2;
  const least = Math.min(1, Math.max(room / width, 0.35));
  const now = Number(svg.dataset.scale || 1);
  const scale = factor ? Math.min(4, Math.max(least / 2, now * factor)) : Math.max(least, room < 700 ? 0.6 : least);
  svg.dataset.scale = scale;
  svg.setAttribute("width", width * scale);
  svg.setAttribute("height", height * scale);
}
function told(group) {
  const figure = group.closest(".lanes");
  for (const other of figure.querySelectorAll("g.on")) other.classList.remove("on");
  group.classList.add("on");
  const output = figure.querySelector("output");
  output.classList.add("on");
  output.textContent = group.querySelector("title").textContent;
}
for (const figure of document.querySelectorAll(".lanes")) {
  for (const kind of ["pointerover", "click"]) {
    figure.addEventListener(kind, (e) => {
      const group = e.target.closest("svg g");
      if (group) told(group);
      const button = kind === "click" && e.target.closest("[data-zoom]");
      if (button) zoom(figure, Number(button.dataset.zoom));
    });
  }
  figure.closest("details").addEventListener("toggle", () => zoom(figure, 0), { once: true });
}
document.addEventListener("click", (e) => {
  const copy = e.target.closest(".copy");
  if (copy) navigator.clipboard?.writeText(copy.parentElement.querySelector("code").textContent);
  const link = e.target.closest("[data-event]");
  if (link) {
    e.preventDefault();
    const start = "#" + link.dataset.event;
    const titles = [...link.closest(".case").querySelectorAll("svg g > title")];
    const title = titles.find((t) => t.textContent.startsWith(start) && !/^\d/.test(t.textContent.slice(start.length)));
    if (title) {
      told(title.parentElement);
      title.parentElement.scrollIntoView({ block: "center", behavior: "smooth" });
    }
  }
});
let opened = [];
addEventListener("beforeprint", () => {
  opened = cases.filter((one) => !one.open && !one.hidden && one.dataset.verdict !== "passed" && one.dataset.verdict !== "skipped").slice(0, 20);
  for (const one of opened) one.open = true;
});
addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));
function hash() {
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted && "open" in wanted) wanted.open = true;
}
addEventListener("hashchange", hash);
const first = cases.find((one) => one.dataset.verdict === "failed");
if (location.hash) hash();
else if (first) first.open = true;
filter();
