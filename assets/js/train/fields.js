// The fields of a form: inputs made from what `engine.jobs.form()` says of a setting, their values as Python wants them,
// and what is plainly wrong with one. Called by `train/form.js`.

import { h } from "../core/dom.js";

/**
 * What Python says of a setting: see `form` in `engine/jobs/submission/forms.py`.
 * @typedef {object} Setting
 * @property {string} key
 * @property {string} name
 * @property {string} group
 * @property {"int" | "float" | "str" | "bool" | "ints"} type
 * @property {string} help
 * @property {string} unit
 * @property {number | null} low
 * @property {number | null} high
 * @property {(string | number)[]} choices
 * @property {[key: string, value: unknown] | null} when
 */
/** Values by key; "tree.leaves" is a key. @typedef {Record<string, any>} Settings */
/** @typedef {HTMLInputElement | HTMLSelectElement} Input */
/** A labelled input, and where what is wrong with it stands. @typedef {{ box: HTMLElement, wrong: HTMLElement }} Field */

/** @param {string} label @param {string} help @param {Input} input @returns {Field} */
export function field(label, help, input) {
  const wrong = h("small", { class: "imfn-wrong" });
  const told = help ? h("small", { class: "imfn-help", text: help }) : null;
  return { box: h("label", { class: "imfn-field" }, h("span", { text: label }), input, wrong, told), wrong };
}

/** @param {Setting} row @returns {Input} */
export function inputOf(row) {
  if (row.choices.length)
    return h("select", {}, ...row.choices.map((choice) => h("option", { value: choice, text: String(choice) })));
  if (row.type === "bool") return h("input", { type: "checkbox" });
  const number = row.type === "int" || row.type === "float";
  return h("input", { type: "text", inputmode: number ? "decimal" : "text", spellcheck: "false", autocomplete: "off" });
}

/** @param {Input} input @param {Setting} row @param {unknown} value */
export function write(input, row, value) {
  if (input instanceof HTMLInputElement && row.type === "bool") input.checked = Boolean(value);
  else input.value = Array.isArray(value) ? value.join(", ") : String(value ?? "");
}

/**
 * A field's value as Python wants it; what is no number stays text, and Python says what is wrong with it.
 * @param {Input} input
 * @param {Setting} row
 */
export function read(input, row) {
  if (input instanceof HTMLInputElement && row.type === "bool") return input.checked;
  return parsedValue(row, input.value.trim());
}

/** @param {Pick<Setting, "type">} row @param {string} text */
export function parsedValue(row, text) {
  if (row.type === "ints")
    return text ? text.split(/[\s,]+/).map((part) => (/^-?\d+$/.test(part) ? Number(part) : part)) : [];
  if (row.type === "int" || row.type === "float")
    return text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
  return text;
}

/**
 * Whether a setting counts: one that belongs to a choice only while that is made; see `engine.jobs.form`.
 * @param {Pick<Setting, "when">} row
 * @param {Settings} settings
 * @param {Pick<Setting, "when">[]} form
 */
export function applies(row, settings, form) {
  if (!row.when) return true;
  const [key, wanted] = row.when;
  const chosen = settings[key];
  if (wanted === "*") return Boolean(chosen);
  if (wanted !== null) return chosen === wanted;
  return !form.some((other) => other.when && other.when[0] === key && other.when[1] === chosen);
}

/**
 * What is wrong with one value by what the form knows itself, "" for nothing; Python has the last word.
 * @param {Pick<Setting, "name" | "type" | "low" | "high" | "unit">} row
 * @param {any} value
 */
export function wrongValue({ name, type, low, high, unit }, value) {
  if (type !== "int" && type !== "float") return "";
  const kind = type === "int" ? "a whole number" : "a number";
  if (typeof value !== "number") return `${name} is ${value === "" ? "empty" : `“${value}”`}; it must be ${kind}.`;
  if (type === "int" && !Number.isInteger(value)) return `${name} is ${value}; it must be a whole number.`;
  if (low === null || high === null || (value >= low && value <= high)) return "";
  const least = `${low.toLocaleString("en")} and ${high.toLocaleString("en")}${unit ? ` ${unit}` : ""}`;
  return `${name} is ${value}; it must lie between ${least}.`;
}
