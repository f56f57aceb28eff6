// The camera as a source of the Live card: square frames as small JPEGs, and one sentence where there is no camera.
// Called by `live/view.js`.

import { h } from "../core/dom.js";

const REASONS = {
  NotAllowedError: "The camera was refused. Allow it beside the browser's address bar, then start again.",
  NotFoundError: "No camera was found. Connect one, or choose another source.",
  NotReadableError: "The camera is in use by another program. Close that one, then start again.",
};
const QUALITY = 0.9;

/** An open camera {capture, close}; an Error whose message can be shown where there is none. */
export async function openCamera(side) {
  if (!navigator.mediaDevices?.getUserMedia)
    throw new Error("This browser offers no camera here: that takes https or localhost. Choose another source.");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 320 }, height: { ideal: 240 } },
      audio: false,
    });
  } catch (error) {
    throw new Error(REASONS[error.name] || `The camera cannot be used (${error.name}). Choose another source.`);
  }
  const video = h("video", { muted: true, playsinline: true });
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  return {
    capture: () => square(video, side),
    close: () => stream.getTracks().forEach((track) => track.stop()),
    ended: () => stream.getVideoTracks()[0].readyState === "ended",
  };
}

const canvas = h("canvas");

/** The centre of the picture, side × side, as a JPEG data URL. */
function square(video, side) {
  canvas.width = canvas.height = side;
  const short = Math.min(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d");
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
