// The camera as a source of the Live card: square frames as small JPEGs, and one sentence where there is no camera.
// Called by `live/view.js`.

import { contextOf, h } from "../core/dom.js";

/** @type {Record<string, string>} */
const REASONS = {
  NotAllowedError: "The camera was refused. Allow it beside the browser's address bar, then start again.",
  NotFoundError: "No camera was found. Connect one, or choose another source.",
  NotReadableError: "The camera is in use by another program. Close that one, then start again.",
};
const QUALITY = 0.9;

/** @typedef {{ capture: () => string, close: () => void, ended: () => boolean }} Camera */

/**
 * An open camera; rejects with an Error whose message can be shown where there is none.
 * @param {number} side pixels of a captured frame
 * @returns {Promise<Camera>}
 */
export async function openCamera(side) {
  if (!navigator.mediaDevices?.getUserMedia)
    throw new Error("This browser offers no camera here: that takes https or localhost. Choose another source.");
  const wanted = { video: { width: { ideal: 320 }, height: { ideal: 240 } }, audio: false };
  const stream = await navigator.mediaDevices.getUserMedia(wanted).catch(({ name }) => {
    throw new Error(REASONS[name] || `The camera cannot be used (${name}). Choose another source.`);
  });
  const video = h("video", { muted: true, playsinline: true });
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  return {
    capture: () => square(video, side),
    close() {
      for (const track of stream.getTracks()) track.stop();
    },
    ended: () => stream.getVideoTracks()[0].readyState === "ended",
  };
}

const canvas = h("canvas");

/** The centre of the picture, side × side, as a JPEG data URL. @param {HTMLVideoElement} video @param {number} side */
function square(video, side) {
  canvas.width = canvas.height = side;
  const short = Math.min(video.videoWidth, video.videoHeight);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(
    video,
    (video.videoWidth - short) / 2,
    (video.videoHeight - short) / 2,
    short,
    short,
    0,
    0,
    side,
    side,
  );
  return canvas.toDataURL("image/jpeg", QUALITY);
}
