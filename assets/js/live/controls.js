// Source, model, padding, speed and the Start button of the Live card. Called by `live/view.js`.

import { h } from "../core/dom.js";

const PADDINGS = [
  ["skip", "skip"],
  ["zeros", "zeros"],
];
const PADDING_WORDS =
  "What stands for frames that have not arrived. skip: their merges are left out, so a young window is nearly exact. zeros: black frames, so every push takes all merges.";

/** The controls; `act` has `start`, `stop` and `changed`. `choice` is what is chosen now. */
export function controls(setup, act) {
  const choice = {
    source: setup.sources[0]?.name || "camera",
    model: setup.sources[0]?.model || setup.models[0].name,
    padding: "skip",
    speed: 1,
  };
  let clip = null; // the model that suits the clip that was uploaded
  const pills = setup.sources.map((s) => pill(s.name, s.title, () => pick(s.name, s.model)));
  const upload = pill("upload", "your video", () =>
    clip && choice.source !== "upload" ? pick("upload", clip) : chooseFile(),
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

  function pick(source, name) {
    set({ source, model: name || choice.model });
  }

  function set(patch) {
    Object.assign(choice, patch);
    refresh();
    act.changed();
  }

  function refresh() {
    for (const button of sources.children)
      button.setAttribute("aria-pressed", String(button.dataset.source === choice.source));
    model.select.value = choice.model;
    padding.select.value = choice.padding;
    speed.select.value = choice.speed;
    speed.label.hidden = choice.source === "camera";
  }

  /** An uploaded clip has arrived: it takes the upload's place among the sources. */
  function uploaded(name, suits) {
    upload.textContent = name.length > 22 ? `${name.slice(0, 19)}…` : name;
    upload.title = `${name}; click for another`;
    clip = suits;
    pick("upload", suits);
  }

  function running(on) {
    go.textContent = on ? "Stop" : "Start";
    go.classList.toggle("imfn-on", on);
  }

  refresh();
  return { bar, choice, uploaded, running };
}

/** Gradio's own upload button, which is not shown. */
function chooseFile() {
  document.querySelector("#live-file, #live-file button")?.click();
}

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

function menu(name, options, changed, title) {
  const select = h(
    "select",
    { id: `live-${name}`, "aria-label": name, onchange: () => changed(select.value) },
    ...options.map(([value, text]) => h("option", { value, text })),
  );
  return { select, label: h("label", { class: "imfn-pill imfn-live-menu", title }, h("span", { text: name }), select) };
}
