// Source, model, padding, speed and the Start button of the Live card. Called by `live/view.js` and `live/forest.js`.

import { h } from "../core/dom.js";

/** What can be chosen, from `setup` of `app/sessions/live.py`. @typedef {{ sources: { name: string, title: string, model: string }[], models: { name: string, leaves: number, small: boolean }[], speeds: number[], roots: Record<string, number[]>, camera: { rate: number, side: number } }} Setup */
/** A clip that was uploaded, and the model that suits it. @typedef {{ path: string, model: string }} Clip */
/** A saved stream that was uploaded, and the model that kept it. @typedef {{ path: string, model: string }} Saved */
/** What the controls set off. @typedef {{ toggle: () => void, changed: () => void, chooseFile: () => void }} Act */

const PADDINGS = [
  ["skip", "skip"],
  ["zeros", "zeros"],
];
const PADDING_WORDS =
  "What stands for frames that have not arrived. skip: their merges are left out, so a young window is nearly exact. zeros: black frames, so every push takes all merges.";

/** The controls; `choice` is what is chosen now. @param {Setup} setup @param {Act} act */
export function controls(setup, act) {
  const choice = {
    source: setup.sources[0]?.name || "camera",
    model: setup.sources[0]?.model || setup.models[0].name,
    padding: "skip",
    speed: 1,
    file: /** @type {string | null} */ (null), // where the uploaded clip lies
    roots: 8,
    saved: /** @type {string | null} */ (null), // where the saved stream lies that Start goes on from
  };
  let clip = /** @type {Clip | null} */ (null); // where the uploaded clip lies, and the model that suits it
  const pills = setup.sources.map((s) => pill(s.name, s.title, () => pick(s.name, s.model)));
  const upload = pill("upload", "your video", () =>
    clip && choice.source !== "upload" ? pick("upload", clip.model) : act.chooseFile(),
  );
  const camera = pill("camera", "webcam", () => pick("camera", setup.models.find((m) => !m.small)?.name));
  const model = menu(
    "model",
    setup.models.map((m) => [m.name, m.name]),
    (value) => set({ model: value }),
  );
  const padding = menu("padding", PADDINGS, (value) => set({ padding: value }), PADDING_WORDS);
  const speed = menu(
    "speed",
    setup.speeds.map((s) => [s, `${s}×`]),
    (value) => {
      choice.speed = Number(value);
    },
  );
  const go = h("button", {
    type: "button",
    class: "imfn-primary imfn-live-go",
    id: "live-go",
    text: "Start",
    onclick: () => act.toggle(),
  });
  const sources = h(
    "div",
    { class: "imfn-live-sources", role: "group", "aria-label": "Source" },
    ...pills,
    upload,
    camera,
  );
  const bar = h(
    "div",
    { class: "imfn-live-controls" },
    sources,
    h("div", { class: "imfn-live-menus" }, model.label, padding.label, speed.label, go),
  );

  /** @param {string} source @param {string} [name] of the model */
  function pick(source, name) {
    set({ source, model: choice.saved ? choice.model : name || choice.model });
  }

  /** @param {Partial<typeof choice>} patch */
  function set(patch) {
    Object.assign(choice, patch);
    refresh();
    act.changed();
  }

  function refresh() {
    for (const button of sources.children)
      button.setAttribute("aria-pressed", String(button.getAttribute("data-source") === choice.source));
    model.select.value = choice.model;
    model.select.disabled = Boolean(choice.saved);
    model.label.title = choice.saved ? "the model that kept the saved stream" : "";
    padding.select.value = choice.padding;
    speed.select.value = String(choice.speed);
    speed.label.hidden = choice.source === "camera";
  }

  /** An uploaded clip takes the upload's place among the sources. @param {Clip & { name: string }} clip */
  function uploaded({ name, path, model: suits }) {
    upload.textContent = name.length > 22 ? `${name.slice(0, 19)}…` : name;
    upload.title = `${name}; click for another`;
    clip = { path, model: suits };
    choice.file = path;
    pick("upload", suits);
  }

  /** Start goes on from a saved stream, with its model; or begins anew. @param {Saved | null} saved */
  function goOn(saved) {
    set({ saved: saved?.path ?? null, model: saved?.model ?? choice.model });
  }

  /** Roots that a stream keeps at most. @param {number} roots */
  function keep(roots) {
    set({ roots });
  }

  /** @param {boolean} on */
  function running(on) {
    go.textContent = on ? "Stop" : "Start";
    go.classList.toggle("imfn-on", on);
  }

  refresh();
  return { bar, choice, uploaded, goOn, keep, running };
}

/** @param {string} source @param {string} text @param {() => void} onclick */
function pill(source, text, onclick) {
  return h("button", {
    type: "button",
    class: "imfn-pill",
    "data-source": source,
    id: `live-${source}`,
    text,
    onclick,
  });
}

/** @param {string} name @param {(string | number)[][]} options value and text @param {(value: string) => void} changed @param {string} [title] @param {string} [id] */
export function menu(name, options, changed, title, id = `live-${name}`) {
  /** @type {HTMLSelectElement} */
  const select = h(
    "select",
    { id, "aria-label": name, onchange: () => changed(select.value) },
    ...options.map(([value, text]) => h("option", { value, text })),
  );
  return { select, label: h("label", { class: "imfn-pill imfn-live-menu", title }, h("span", { text: name }), select) };
}
