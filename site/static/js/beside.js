// Two videos on one page: who plays one stops the other, so that both are never heard at once.

const videos = document.querySelectorAll("[data-one-at-a-time] video");

for (const video of videos) {
  video.addEventListener("play", () => {
    for (const other of videos) if (other !== video) other.pause();
  });
}
