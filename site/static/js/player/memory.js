// What she chose for all videos: quality, speed, captions. Quality is kept on her account when she is signed in;
// everything else, and for visitors quality too, on this device.

const KEY = "hearthlight:player";

const load = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError || error.name === "SecurityError") return {};
    throw error;
  }
};

/** Return her choices for the player in `frame`; a browser that asks to save data is obeyed until she chooses. */
export const recall = ({ dataset }) => {
  const kept = load();
  const quality = dataset.quality ?? kept.quality ?? "auto";
  const saves = quality === "auto" && navigator.connection?.saveData === true && !kept.hasChosen;
  return { speed: 1, ...kept, quality: saves ? "save" : quality };
};

/** Keep one choice; where the device keeps nothing it holds for this page only. */
export const remember = (choice) => {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...load(), ...choice }));
  } catch (error) {
    if (error.name !== "QuotaExceededError" && error.name !== "SecurityError") throw error;
  }
};

export const rememberQuality = async ({ dataset }, quality) => {
  if (!dataset.qualityUrl) return remember({ quality, hasChosen: true });
  remember({ hasChosen: true });
  for (const frame of document.querySelectorAll("[data-player]")) frame.dataset.quality = quality;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", dataset.token);
  body.set("video_quality", quality);
  try {
    await fetch(dataset.qualityUrl, { method: "POST", body, keepalive: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no connection: it holds for this page
  }
};
