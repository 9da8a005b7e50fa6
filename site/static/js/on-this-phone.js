// The page "On this phone": the kept lessons, what each weighs, and a way to be rid of them. It works without a network.

import { cards, megabytes, remove, removeAll } from "./offline/kept.js";

const list = document.querySelector("[data-kept-list]");
const row = list.querySelector("template");

const rowOf = (card) => {
  const item = row.content.firstElementChild.cloneNode(true);
  const link = item.querySelector("a");
  link.textContent = card.title;
  link.href = card.url;
  const facts = item.querySelector("[data-text]");
  const day = new Date(card.kept).toLocaleDateString(document.documentElement.lang, { dateStyle: "medium" });
  facts.textContent = facts.dataset.text
    .replace("{course}", card.course)
    .replace("{megabytes}", megabytes(card.bytes))
    .replace("{day}", day);
  item.querySelector("[data-unfinished]").hidden = card.isWhole;
  const button = item.querySelector("button");
  button.setAttribute("aria-label", `${button.textContent.trim()}: ${card.title}`);
  button.addEventListener("click", async () => {
    await remove(card.lesson);
    await show();
    list.focus();
  });
  return item;
};

const show = async () => {
  const kept = await cards();
  list.replaceChildren(row, ...kept.map(rowOf));
  const sum = document.querySelector("[data-kept-sum]");
  sum.textContent = sum.dataset.text.replace("{megabytes}", megabytes(kept.reduce((total, { bytes }) => total + bytes, 0)));
  document.querySelector("[data-kept-some]").hidden = kept.length === 0;
  document.querySelector("[data-kept-none]").hidden = kept.length > 0;
};

const sayWhetherOnline = () => (document.querySelector("[data-no-network]").hidden = navigator.onLine);

if ("caches" in globalThis) {
  document.querySelector("[data-kept-clear]").addEventListener("click", async () => {
    await removeAll();
    await show();
  });
  show();
}
for (const event of ["online", "offline"]) addEventListener(event, sayWhetherOnline);
sayWhetherOnline();
