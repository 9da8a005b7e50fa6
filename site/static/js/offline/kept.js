// What is kept on this phone: one cache for the account, and in it a card for each lesson that lists its files.

const CACHES = "kept:";
const CARDS = "/kept/lessons/";

export const nameOf = (learner) => CACHES + learner;

const all = async () =>
  Promise.all((await caches.keys()).filter((name) => name.startsWith(CACHES)).map((name) => caches.open(name)));

const cardsIn = async (cache) => {
  const places = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith(CARDS));
  return Promise.all(places.map(async (place) => (await cache.match(place)).json()));
};

/** Every kept lesson: `{ lesson, title, course, url, bytes, kept, isWhole, files }`, the newest first. */
export const cards = async () => {
  const found = (await Promise.all((await all()).map(cardsIn))).flat();
  return found.sort((one, other) => other.kept - one.kept);
};

export const cardOf = async (lesson) => (await cards()).find((card) => card.lesson === lesson);

export const writeCard = (cache, card) => cache.put(CARDS + card.lesson, Response.json(card));

/** Delete `files` of one lesson; a file that another kept lesson needs stays. */
export const clear = async (cache, lesson, files) => {
  const others = (await cardsIn(cache)).filter((card) => card.lesson !== lesson);
  const needed = new Set(others.flatMap((card) => card.files));
  for (const file of files) if (!needed.has(file)) await cache.delete(file);
};

/** Remove one lesson. */
export const remove = async (lesson) => {
  for (const cache of await all()) {
    const mine = (await cardsIn(cache)).find((card) => card.lesson === lesson);
    if (!mine) continue;
    await clear(cache, lesson, mine.files);
    await cache.delete(CARDS + lesson);
  }
};

export const removeAll = async () => {
  for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
};

/** Bytes as megabytes in her own figures. */
export const megabytes = (bytes) =>
  (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
