// Kept lessons, and a friendly page, where there is no network.
//
// By itself the worker keeps static files and the page "On this phone", nothing of anybody. A lesson is put into the
// cache `kept:<account>` by js/keep.js when she asks for it; here it is only read. VERSION, PAGE, SHELL and FORGETTING
// are written above by website.views.offline.

const STATIC = `static:${VERSION}`;
const OURS = /^\/static\/(css|js|img|vendor)\//;
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // a name that changes with what is inside
const PATIENCE_MS = 6_000; // of somebody who has the page here anyway

const begin = async () => {
  await self.skipWaiting();
  const shell = SHELL.map((url) => new Request(url, { cache: url === PAGE ? "reload" : "default" }));
  await (await caches.open(STATIC)).addAll(shell);
};

const drop = async (isOver) => {
  for (const name of await caches.keys()) if (isOver(name)) await caches.delete(name);
};

const takeOver = async () => {
  await drop((name) => name.startsWith("static:") && name !== STATIC);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

const found = (address) => caches.match(address, { ignoreVary: true });

const keep = async (address, answer) => {
  if (answer.ok) await (await caches.open(STATIC)).put(address, answer);
};

/** A file whose name changes with its content is never asked for twice; another only where the network fails. */
const file = async (event, path) => {
  const isFixed = HASHED.test(path);
  const here = isFixed ? await found(path) : undefined;
  if (here) return here;
  try {
    const answer = await fetch(event.request);
    if (isFixed) event.waitUntil(keep(path, answer.clone()));
    return answer;
  } catch (error) {
    return (await found(path)) ?? Response.error();
  }
};

/** A kept film, or the part of it that the player asks for (RFC 9110, section 14). */
const film = async ({ request }, path) => {
  const whole = await found(path);
  if (!whole) return new Response(null, { status: 404 });
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (!range) return whole;
  const blob = await whole.blob();
  const [from, last] = [Number(range[1]), blob.size - 1];
  const to = range[2] ? Math.min(Number(range[2]), last) : last;
  if (from > to) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${blob.size}` } });
  const headers = { "Content-Type": blob.type, "Content-Range": `bytes ${from}-${to}/${blob.size}` };
  return new Response(blob.slice(from, to + 1, blob.type), { status: 206, headers });
};

const late = () => new Promise((_resolve, reject) => setTimeout(reject, PATIENCE_MS, new TypeError("late")));

/** What the browser asked for before the worker was awake: not handed on, it would be asked for once more. */
const ask = async (event) => (await event.preloadResponse) ?? fetch(event.request);

/** The page from the network; where that fails or is too slow, as it is kept; else what there is on this phone. */
const page = async (event, path) => {
  const here = await found(path);
  const asked = ask(event);
  asked.catch(() => {}); // it may fail after her patience has ended
  try {
    const answer = await (here ? Promise.race([asked, late()]) : asked);
    if (path === PAGE) event.waitUntil(keep(path, answer.clone()));
    return answer;
  } catch (error) {
    return here ?? (await found(PAGE)) ?? Response.error();
  }
};

self.addEventListener("install", (event) => event.waitUntil(begin()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && FORGETTING.includes(pathname)) {
    event.waitUntil(drop((name) => name.startsWith("kept:")));
  }
  if (request.method !== "GET") return;
  if (pathname.startsWith("/admin/")) {
    if (request.mode === "navigate") event.respondWith(ask(event));
  } else if (OURS.test(pathname)) event.respondWith(file(event, pathname));
  else if (pathname.startsWith("/kept/")) event.respondWith(film(event, pathname));
  else if (request.mode === "navigate" || pathname === PAGE) event.respondWith(page(event, pathname));
});
