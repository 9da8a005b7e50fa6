// "Keep this lesson on this phone": the page, its pictures, and its films in the picture she chooses.
//
// The page is fetched anew for it, so its tickets and addresses are fresh, and written down with names that hold:
// films under `/kept/…`, which the worker answers from here. What the course does not give away stays on the network.

import { costsOf, keptFilm } from "./offline/films.js";
import { cardOf, clear, megabytes, nameOf, remove, writeCard } from "./offline/kept.js";
import { learner } from "./offline/store.js";
import { CAN_STREAM } from "./player/source.js";

const TOGETHER = 4; // files on their way at once
const RENEWED_MS = 7 * 24 * 3600 * 1000; // a kept page's tickets hold for thirty days
const STATIC = "/static/";
const STREAMING_BYTES = 600_000; // hls.js, kept with the films
const HEADERS = ["Content-Type", "Content-Security-Policy", "Permissions-Policy", "Referrer-Policy"];

const box = document.querySelector("[data-keep]");
const { keep: lesson, course } = box.dataset;
const part = (name) => box.querySelector(`[data-keep-${name}]`);
const say = (name, figures = {}) => {
  const line = part("state");
  line.textContent = line.dataset[name].replace(/\{(\w+)\}/g, (_all, key) => figures[key]);
};

/** Fetch the page as it is now. Raises TypeError when there is no connection, or no such page for her any more. */
const freshPage = async () => {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || page.body.dataset.learner !== learner || !page.querySelector("[data-keep]")) throw new TypeError();
  return { page, headers: answer.headers };
};

const framesOf = (page) => [...page.querySelectorAll("[data-player][data-keep-as]")];

/** Everything of the site's own that this page has loaded, and what the new one names. */
const filesOfPage = (page) => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const named = [...page.querySelectorAll("link[href], script[src]")].map(({ href, src }) => new URL(href || src));
  const ours = [...loaded, ...named].filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith(STATIC));
  return [...new Set(ours.map(({ pathname }) => pathname))].map((path) => ({ from: path, to: path }));
};

const keptPictures = (page) =>
  [...page.querySelectorAll("main img[src]")].map((picture) => {
    picture.removeAttribute("srcset");
    const { pathname } = new URL(picture.src);
    return { from: pathname, to: pathname };
  });

/** Make `page` one that needs no network, in the picture she `wanted`; return the files it needs. */
const settle = async (page, wanted) => {
  const files = [...filesOfPage(page), ...keptPictures(page)];
  for (const frame of framesOf(page)) files.push(...(await keptFilm(frame, wanted)));
  for (const frame of page.querySelectorAll("[data-player]:not([data-keep-as])")) {
    frame.closest("[data-player-box]").replaceWith(page.importNode(part("no-film").content, true));
  }
  const sheet = page.querySelector("[data-lesson]");
  sheet.dataset.skew = Date.now() - Number(sheet.dataset.now);
  page.body.dataset.kept = "";
  for (const field of page.querySelectorAll("[name=csrfmiddlewaretoken]")) field.removeAttribute("value");
  for (const gone of page.querySelectorAll(".site-head__tools, .messages, [data-token]")) {
    if (gone.dataset.token) delete gone.dataset.token;
    else gone.remove();
  }
  page.querySelector("main").prepend(page.importNode(part("note").content, true));
  return files;
};

const bytesOf = async (cache, { from, to, text }) => {
  const had = await cache.match(to);
  if (had && !text) return (await had.blob()).size; // it goes on where it broke off
  const answer = text ? new Response(text) : await fetch(from);
  if (!answer.ok) throw new TypeError(`${answer.status}`);
  const blob = await answer.blob();
  const type = to.endsWith(".m3u8") ? "application/vnd.apple.mpegurl" : blob.type;
  await cache.put(to, new Response(blob, { headers: { "Content-Type": type } }));
  return blob.size;
};

const putAll = async (cache, files, onBytes) => {
  const left = [...files];
  const one = async () => {
    try {
      for (let file = left.shift(); file; file = left.shift()) onBytes(await bytesOf(cache, file));
    } catch (error) {
      left.length = 0; // what is on its way may arrive; nothing else begins
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: TOGETHER }, one));
  const broken = ends.find(({ status }) => status === "rejected");
  if (broken) throw broken.reason;
};

const keep = async (wanted) => {
  const { page, headers } = await freshPage();
  const cache = await caches.open(nameOf(learner));
  const title = page.querySelector("h1").textContent.trim();
  const files = new Map((await settle(page, wanted)).map((file) => [file.to, file]));
  const former = await cardOf(lesson);
  const isWhole = former?.isWhole ?? false; // while a kept one is renewed it stays what it is
  const card = { lesson, title, course, url: location.pathname, wanted, bytes: 0, kept: Date.now() };
  card.files = [card.url, ...files.keys()];
  const old = former?.files.filter((file) => !card.files.includes(file)) ?? [];
  if (!isWhole) await clear(cache, lesson, old); // perhaps there was no room for that picture
  await writeCard(cache, { ...card, isWhole, files: [...card.files, ...old] });
  const html = `<!DOCTYPE html>${page.documentElement.outerHTML}`;
  await putAll(cache, files.values(), (size) => {
    card.bytes += size;
    say("going", { megabytes: megabytes(card.bytes) });
  });
  const kept = HEADERS.map((name) => [name, headers.get(name)]);
  await cache.put(card.url, new Response(html, { headers: kept }));
  await fetch(part("list").href); // the worker keeps it anew, in the language she reads now
  await clear(cache, lesson, old);
  await writeCard(cache, { ...card, bytes: card.bytes + html.length, isWhole: true });
};

const show = async () => {
  const card = await cardOf(lesson);
  part("form").hidden = Boolean(card?.isWhole);
  part("remove").hidden = !card;
  if (card?.isWhole) say("here", { megabytes: megabytes(card.bytes) });
  return card;
};

const trouble = (error) => {
  if (error.name === "QuotaExceededError") return say("full");
  if (!(error instanceof TypeError)) throw error;
  say("broken");
};

/** Say what each picture costs, when she looks. */
const weigh = async () => {
  const select = part("form").querySelector("select");
  if (!select || select.options.length) return;
  const { page } = await freshPage();
  const costs = await Promise.all(framesOf(page).map(costsOf));
  const sides = [...new Set(costs.flatMap(({ pictures }) => pictures.map(({ side }) => side)))].sort((a, b) => a - b);
  const loaded = performance.getEntriesByType("resource").filter(({ name }) => name.includes(STATIC));
  const around = loaded.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, CAN_STREAM ? STREAMING_BYTES : 0);
  const label = (name, bytes) =>
    select.dataset.text.replace("{name}", name).replace("{megabytes}", megabytes(bytes + around));
  const cost = (side) =>
    costs.reduce((sum, { pictures }) => sum + (pictures.filter((one) => one.side <= side).at(-1) ?? pictures[0]).bytes, 0);
  const sound = costs.reduce((sum, one) => sum + (one.sound ?? one.pictures[0]).bytes, 0);
  for (const side of sides) select.add(new Option(label(side ? `${side}p` : select.dataset.whole, cost(side)), side));
  if (costs.some((one) => one.sound)) select.add(new Option(label(select.dataset.sound, sound), "sound"));
};

const start = async () => {
  box.hidden = false;
  box.addEventListener("toggle", () => box.open && weigh().catch(trouble));
  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = part("form").querySelector("button");
    button.disabled = true;
    say("going", { megabytes: megabytes(0) });
    navigator.storage?.persist?.(); // so that a full phone asks before it is taken away
    await keep(part("form").querySelector("select")?.value ?? "").then(show, trouble);
    button.disabled = false;
  });
  part("remove").addEventListener("click", async () => {
    await remove(lesson);
    say("gone");
    await show();
  });
  const card = await show();
  const isOld = card?.isWhole && Date.now() - card.kept > RENEWED_MS && !("kept" in document.body.dataset);
  if (isOld && navigator.onLine) keep(card.wanted).then(show, trouble);
};

if ("caches" in globalThis && navigator.serviceWorker) start();
