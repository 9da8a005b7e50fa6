// The files of one film in the picture she chose, and the playlists that name them as they are called on this phone.

import { CAN_STREAM, readMaster } from "../player/source.js";

/** The chosen picture, or the next smaller one there is, as the player chooses. */
const fitting = (pictures, most) => pictures.filter(({ side }) => side <= most).at(-1) ?? pictures[0];

/** Read a playlist; return it with names of ours in it, and where each of its files comes from. */
const localised = async (url, name, folder) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new TypeError(`${answer.status}`);
  const files = [];
  const placed = (address) => {
    const local = `${name}-${files.length}.m4s`;
    files.push({ from: new URL(address, answer.url).href, to: folder + local });
    return local;
  };
  const lines = (await answer.text()).split("\n").map((line) => {
    if (line.startsWith("#")) return line.replace(/URI="([^"]+)"/, (_all, address) => `URI="${placed(address)}"`);
    return line && placed(line);
  });
  return [...files, { text: lines.join("\n"), to: `${folder}${name}.m3u8` }];
};

const MASTER = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"];
const SOUND = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,URI="sound.m3u8"';

const streamed = async (frame, wanted, folder) => {
  const { pictures, sound } = await readMaster(frame.dataset.master);
  const sounds = sound ? await localised(sound.url, "sound", folder) : [];
  if (wanted === "sound" && sound) return { files: sounds, begin: `${folder}sound.m3u8` };
  const picture = fitting(pictures, Number(wanted) || 0);
  const lines = [...MASTER, ...(sound ? [SOUND] : []), picture.line, "picture.m3u8", ""];
  const master = { text: lines.join("\n"), to: `${folder}master.m3u8` };
  return { files: [...sounds, ...(await localised(picture.url, "picture", folder)), master], begin: master.to };
};

/** What the whole film costs in each picture: `[{ side, bytes }]`; a browser that cannot stream has one file. */
export const costsOf = async (frame) => {
  const seconds = Number(frame.dataset.seconds);
  if (!CAN_STREAM) return { pictures: [{ side: 0, bytes: Number(frame.dataset.keepBytes) }] };
  const { pictures, sound } = await readMaster(frame.dataset.master);
  const bytes = ({ bits }) => (bits * seconds) / 8;
  return {
    pictures: pictures.map((one) => ({ side: one.side, bytes: bytes(one) })),
    sound: sound && { bytes: bytes(sound) },
  };
};

/** Let `frame`, on a page that is to be kept, play from this phone; return the files it needs. */
export const keptFilm = async (frame, wanted) => {
  const folder = `/kept/films/${frame.dataset.keepAs}/${CAN_STREAM ? wanted : "file"}/`;
  const video = frame.querySelector("video");
  const source = video.querySelector("source");
  const file = { from: source?.src, to: `${folder}video.mp4` };
  const { files, begin } = CAN_STREAM ? await streamed(frame, wanted, folder) : { files: [file], begin: file.to };
  if (CAN_STREAM) source?.remove();
  else source.setAttribute("src", file.to);
  const also = [
    { element: video, name: "poster", to: `${folder}poster.jpg` },
    ...[...video.querySelectorAll("track[kind=captions]")].map((element) => {
      return { element, name: "src", to: `${folder}${element.srclang}.vtt` };
    }),
  ];
  for (const { element, name, to } of also) {
    files.push({ from: element[name], to });
    element.setAttribute(name, to);
  }
  video.querySelector("track[kind=metadata]")?.remove(); // the pictures of the seek bar
  frame.querySelector("[data-choose=quality]").closest("label").remove();
  Object.assign(frame.dataset, { master: begin, quality: "kept" });
  if (CAN_STREAM) files.push({ from: new URL(frame.dataset.hls, location.href).href, to: frame.dataset.hls });
  return files;
};
