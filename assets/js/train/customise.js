// Everything about a new run that need not be chosen: its settings, folded away, only those that count with the present
// choices, each with its help. Called by `train/form.js`.

import { h } from "../core/dom.js";
import { applies, field, inputOf, read, write, wrongValue } from "./fields.js";

/** @import { Field, Input, Setting, Settings } from "./fields.js" */

const FIRST = ["joint_steps", "local_steps", "batch", "rate", "seed", "tree.family", "tree.leaves"];
/** What counts only while something is learned in steps. */
const STEPPED = new Set(["batch", "rate", "average", "again_steps", "save_every", "probe_every", "precision"]);
const GROUPS = { training: "How it is trained", tree: "The memory" };

/**
 * Whether a field is shown: what belongs to another choice is not, nor how steps are taken where there are none, nor the
 * data where a card has chosen them.
 * @param {Setting} row @param {Settings} settings @param {Setting[]} form @param {{ own: boolean }} about
 */
export function shows(row, settings, form, { own }) {
  if (own && row.key === "data") return false;
  if (STEPPED.has(row.key) && settings.joint_steps === 0 && settings.local_steps === 0) return false;
  const codec = /^(flat|patch)\b[^:]{0,12}:/.exec(row.help)?.[1]; // what only one way of coding frames needs says so first
  if (codec && settings["tree.codec"] !== codec) return false;
  return applies(row, settings, form);
}

/** @param {Setting[]} form @param {{ settings: Settings, needs: boolean }} now @param {() => void} changed */
export function customise(form, now, changed) {
  const fields = /** @type {Map<string, Field & { input: Input, row: Setting }>} */ (new Map());
  /** @param {Setting} row */
  const made = (row) => {
    const input = inputOf(row);
    input.id = `train-set-${row.key.replaceAll(".", "-")}`;
    input.addEventListener(row.choices.length || row.type === "bool" ? "change" : "input", () => {
      now.settings[row.key] = read(input, row);
      changed();
    });
    const limits = row.low !== null && row.high !== null ? `; ${row.low} to ${row.high.toLocaleString("en")}` : "";
    const unit = row.unit && !row.name.includes(row.unit) ? `, ${row.unit}` : "";
    const parts = field(`${row.name}${unit}`, `${row.help}${limits}`, input);
    fields.set(row.key, { ...parts, input, row });
    return parts.box;
  };
  const first = FIRST.flatMap((key) => form.filter((row) => row.key === key));
  const rest = Object.entries(GROUPS).map(([group, title]) =>
    h(
      "section",
      { "aria-label": title },
      h("h3", { text: title }),
      h(
        "div",
        { class: "imfn-fields" },
        ...form.filter((row) => row.group === group && !FIRST.includes(row.key)).map(made),
      ),
    ),
  );
  const element = h(
    "details",
    { class: "imfn-more", id: "train-customise" },
    h("summary", { text: "Customise" }),
    h("div", { class: "imfn-fields" }, ...first.map(made)),
    ...rest,
  );
  /** Show what counts, and say what is plainly wrong; how many fields are. */
  const look = () => {
    let wrong = 0;
    for (const { row, box, wrong: line } of fields.values()) {
      box.hidden = !shows(row, now.settings, form, { own: now.needs });
      line.textContent = box.hidden ? "" : wrongValue(row, now.settings[row.key]);
      wrong += line.textContent ? 1 : 0;
    }
    return wrong;
  };
  const fill = () => {
    for (const [key, { input, row }] of fields) write(input, row, now.settings[key]);
  };
  /** Each problem beside its field; those that are about none that is shown are given back. @param {[key: string, sentence: string][]} problems */
  const say = (problems) => {
    const said = Object.fromEntries(problems);
    for (const [key, { box, wrong }] of fields) {
      if (box.hidden) continue;
      wrong.textContent ||= said[key] ?? ""; // what is plainly wrong is said already
      if (said[key]) element.open = true;
    }
    return problems.filter(([key]) => fields.get(key)?.box.hidden !== false);
  };
  return { element, look, fill, say };
}
