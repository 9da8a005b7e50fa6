// Knowing the same file again, on any device: by its length and by a fingerprint of its two ends.

const END = 64 * 1024;

/** SHA-256 over both ends of the file and its length; empty where the browser cannot (a page without https). */
export const fingerprint = async (file) => {
  if (!globalThis.crypto?.subtle) return "";
  const ends = new Blob([file.slice(0, END), file.slice(-END), String(file.size)]);
  const digest = await crypto.subtle.digest("SHA-256", await ends.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** Whether `upload`, as the server lists it, was begun with this file. */
export const isSame = (upload, file, print) =>
  upload.length === file.size && (print && upload.fingerprint ? upload.fingerprint === print : upload.name === file.name);

/** A phone takes the right to read a file away when the gallery changes it. */
export const isReadable = (file) =>
  file.slice(0, 1).arrayBuffer().then(
    () => true,
    () => false,
  );
