// What questions and their answers hold, as JSDoc types. Written by `python -m app.payload_types`; do not edit.

/** @import { Patience } from "./rpc.js" */

/**
 * An exploration to end.
 * @typedef {object} CancelRequest
 * @property {string} id
 */

/**
 * A file that is ready for a visitor; `assets/js/core/download.js` saves it.
 * @typedef {object} Download
 * @property {string} url relative to the page
 * @property {string} name
 * @property {number} bytes
 */

/**
 * There is nothing to say.
 * @typedef {object} ExplorationDone
 */

/**
 * An exploration that has begun.
 * @typedef {object} ExploreAnswer
 * @property {string} id
 * @property {string} model
 */

/**
 * What to explore; of uploads, sample and run the first that is given.
 * @typedef {object} ExploreRequest
 * @property {string} model
 * @property {string} [size] pixels of the short side, or native
 * @property {string} [first]
 * @property {string} [count]
 * @property {string[]} [uploads] paths that the upload gave
 * @property {string | null} [sample]
 * @property {string | null} [run] a finished training, whose own files are explored
 * @property {boolean} [fit] take a model that suits the files where the named one does not
 */

/**
 * What the menu of models offers.
 * @typedef {object} ModelsAnswer
 * @property {OfferedModel[]} models
 */

/**
 * An entry of the menu of models.
 * @typedef {object} OfferedModel
 * @property {string} name
 * @property {string} label
 */

/**
 * Where an exploration stands.
 * @typedef {object} ProgressAnswer
 * @property {number} seen
 * @property {"busy" | "done" | "failed" | "cancelled"} state
 * @property {string} message
 * @property {Record<string, any> | null} exploration what there is to draw; null where that has not changed
 */

/**
 * News of an exploration since those that were seen.
 * @typedef {object} ProgressRequest
 * @property {string} id
 * @property {number} [seen]
 */

/**
 * A file to be made of what is shown.
 * @typedef {object} TakeRequest
 * @property {string} id
 * @property {"memory" | "video" | "json" | "csv"} kind
 * @property {number} [merges] the level; the root where there is no such level
 */

/**
 * The exploration with that window.
 * @typedef {object} WindowAnswer
 * @property {Record<string, any>} exploration
 * @property {string} message
 */

/**
 * A window of what is shown.
 * @typedef {object} WindowRequest
 * @property {string} id
 * @property {number} [window]
 */

/**
 * Questions of `Explorations` in `app/sessions/explorations.py`.
 * @typedef {object} ExplorationsServer
 * @property {(request: ExploreRequest, patience?: Patience) => Promise<ExploreAnswer>} explore Begin to explore something.
 * @property {(request: ProgressRequest, patience?: Patience) => Promise<ProgressAnswer>} progress What is new of an exploration, as soon as there is something new.
 * @property {(request: CancelRequest, patience?: Patience) => Promise<ExplorationDone>} cancel End an exploration; a window that is being computed is still finished.
 * @property {(request: WindowRequest, patience?: Patience) => Promise<WindowAnswer>} window Another window of what is shown.
 * @property {(request: TakeRequest, patience?: Patience) => Promise<Download>} take Make a file to keep.
 * @property {(request: WindowRequest, patience?: Patience) => Promise<WindowAnswer>} reopen What a page showed before it was loaded anew.
 * @property {(request?: {}, patience?: Patience) => Promise<ModelsAnswer>} models What the menu of models offers.
 */

export {};
