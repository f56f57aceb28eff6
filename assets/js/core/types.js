// What the views hand to one another, as JSDoc types: payloads of the server, selections, colours, boxes.
// Nothing here runs; `npx tsc -p jsconfig.json` reads it, and modules name what they use with `@import`.

/** @import { Settings as TrajectorySettings } from "../trajectory/settings.js" */

/**
 * What `mount` of a view's module gets from `app/components/script.py`.
 * @typedef {object} ViewParts
 * @property {HTMLElement} element the component's element
 * @property {Record<string, any>} props the component's props; `value` is JSON text
 * @property {(event: string, detail?: unknown) => void} trigger sends an event to Python
 * @property {(prop: string, changed: () => void) => void} watch calls `changed` whenever a prop has changed
 * @property {Record<string, (question: object) => Promise<any>>} server server functions, for `rpc` of `core/rpc.js`
 */

/** Colours of the page as CSS values, and its font. @typedef {Record<Token | "font", string>} Palette */
/** @typedef {"bg" | "card" | "ink" | "muted" | "line" | "soft" | "teal" | "orange" | "film"} Token */

/** A box in CSS pixels. @typedef {{ x: number, y: number, w: number, h: number }} Box */
/** Edges in the window's coordinates. @typedef {{ left: number, top: number, right: number, bottom: number }} Edges */
/** Lowest and highest value of a colour scale, in dB. @typedef {[low: number, high: number]} Limits */

/**
 * How a sprite sheet is cut: cells row by row, each `width` × `height` pixels.
 * @typedef {{ columns: number, width: number, height: number }} SheetCell
 */

/**
 * A memory as a picture: `data` is base64 of rows · columns bytes, 0 for `low` and 255 for `high`.
 * @typedef {{ rows: number, columns: number, data: string, low: number, high: number }} Heatmap
 */

/**
 * Floats that every patch of a node has, `index` indices of each included, row by row of patches; or every frame of it,
 * the node's `index` indices not included. `data` is base64 of 16-bit numbers, little end first.
 * @typedef {{ by_frame?: boolean, columns: number, patch: number, data: string, most: number, index: number }} SpentMap
 */

/**
 * One level over the whole clip; measures are null where there is no source.
 * @typedef {object} LevelRow
 * @property {number} merges
 * @property {number} ratio frames to a full node of this level
 * @property {number | null} [measured_ratio] floats in for one that is kept, over the clip
 * @property {number} floats
 * @property {number} bytes
 * @property {number | null} mse
 * @property {number | null} psnr in dB, of the mean squared error
 * @property {number | null} mean_psnr in dB, mean over the windows
 * @property {number | null} ssim
 * @property {number} ssim_frames frames that `ssim` was measured on
 */

/**
 * One window of a clip. `sheets`, `mse` and `states` are keyed by merges, the last by "merges.node".
 * @typedef {object} ExploredWindow
 * @property {number} index
 * @property {number} first frames of the clip before it
 * @property {number} count frames in it
 * @property {number} node_floats floats of one memory
 * @property {SheetCell} sheet
 * @property {Record<string, string>} sheets addresses of the sprite sheets
 * @property {Record<string, number[]>} mse error of every frame
 * @property {Record<string, Heatmap>} states
 * @property {Record<string, SpentMap>} [spent] by "merges.node", where the patches or the frames of a node share its floats
 */

/**
 * What the Explore tab draws: facts of the clip and one of its windows.
 * @typedef {object} Exploration
 * @property {string} id
 * @property {string} name
 * @property {string | null} sample
 * @property {string} model
 * @property {number} leaves
 * @property {number | null} fps
 * @property {number} frames
 * @property {number} first the file's frame that the range begins at, counted from 0
 * @property {string | null} size the short side as it was chosen; null for a memory
 * @property {number | null} file_bytes of what was handed in
 * @property {number | null} [file_frames] as the file states them, whatever range was chosen
 * @property {[number, number] | null} [file_size] height and width of the file's frames, before resizing
 * @property {string | null} [strip] the address of a strip of the whole file, from its first frame to its last
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {number} windows
 * @property {number} explored windows that have been explored so far
 * @property {boolean} source false where only a memory file was given
 * @property {string[]} [notes]
 * @property {LevelRow[]} levels
 * @property {Figure | null} [figure] of the levels; the first paint's comes with its chart
 * @property {ExploredWindow} window
 */

/** A node of the tree and a frame it holds. @typedef {{ merges: number, node: number, frame: number }} Spot */
/** The one selection of the Explore tab. @typedef {Spot & { window: number }} Selection */

/** @typedef {"tree" | "student"} PathKind */
/** Points of a path, from t = 0: [x, y] or [x, y, z]. @typedef {number[][]} Points */
/** Points of every path of a sequence. @typedef {Partial<Record<PathKind, Points>>} PathPoints */

/**
 * A projection: paths by sequence, flat and (where fitted) in space; how far the flat one can be trusted, 0…1.
 * @typedef {{ points: PathPoints[], points3?: PathPoints[], trust?: number | null }} Projection
 */

/**
 * A walk through a Lantern room. No moves: it goes at random. `poses` are the lantern's in every frame, `room` the true
 * one and `digits` the labels of its quarters.
 * @typedef {{ seed: number, moves: string, screen: boolean, poses: number[], room: string, digits: number[] }} Walk
 */
/** What a memory believed after 1 … count frames: all rooms, skill on all that was lit and on what was lit long ago. @typedef {{ rooms: string, skill: (number | null)[], old: (number | null)[] }} WalkBelief */
/** How many of a memory's nearest ones in other rooms have its label, by chance, at most by chance. @typedef {{ label: string, share: number, chance: number, most: number }} SharedLabel */
/** What organises the space of memories; nothing in `shared` where the walk is shorter than `fewest` frames. @typedef {{ neighbours: number, rooms: number, fewest: number, shared: Partial<Record<PathKind, SharedLabel[]>> }} WalkOrder */

/**
 * What memories give back: of a walk what they believe, else a sheet of strips and the error at t = 1 … count.
 * @typedef {object} Memories
 * @property {string} [url]
 * @property {Partial<Record<PathKind, number[]>>} [mse]
 * @property {Partial<Record<PathKind, WalkBelief>>[]} [beliefs] by sequence
 * @property {WalkOrder} [order]
 */

/**
 * What the Trajectory tab draws.
 * @typedef {object} Trajectory
 * @property {string} id
 * @property {string} chosen
 * @property {TrajectorySettings} [settings]
 * @property {string} name
 * @property {string} model
 * @property {string | null} student
 * @property {"zeros" | "skip"} padding
 * @property {string} [called] what the memory that is no student is called: tree, or a baseline's name
 * @property {Walk[] | null} [walks] where the sequences are walks
 * @property {number} leaves
 * @property {number} count leaves of the first sequence
 * @property {string[]} series names of the sequences
 * @property {(SheetCell & { url: string })[]} sources a sprite sheet a sequence
 * @property {{ width: number, height: number, length: number }} strip size and number of remembered frames in a strip
 * @property {{ pca: Projection, umap?: Projection }} pictures
 * @property {number[] | null} distance
 * @property {Record<string, StepCost> | null} costs
 * @property {Memories | null} memories
 * @property {boolean} [stopped] it was cancelled before it was whole: what is missing does not come
 */

/** What taking in one leaf costs. @typedef {{ merges: number, ms: number, grows: string }} StepCost */

/** A run, its rows, and what is new of it. @typedef {import("./payloads.js").RunSummary} Run */
/** @typedef {import("./payloads.js").RunRow} MetricRow */
/** @typedef {import("./payloads.js").RunStatus} RunNews */

/**
 * What a stream is, told when it begins; a model's own facts before that have no floats yet.
 * @typedef {object} LiveFacts
 * @property {string} [model]
 * @property {number} leaves
 * @property {boolean | string | null} [student]
 * @property {number} floats of one memory
 * @property {number} pixels values in a frame
 * @property {number} height
 * @property {number} width
 * @property {boolean} small frames of few pixels, shown crisp
 */

/**
 * What a memory recovers of its window: the newest frame in full, all frames as a sheet; PSNR in dB a leaf and over all.
 * @typedef {{ now: string, sheet: SheetCell & { url: string }, psnr: (number | null)[], mean: number, ms: number }} LiveRecall
 */

/**
 * One frame of a stream, from `app/pictures/live.py`; pictures are data URLs.
 * @typedef {object} LiveFrame
 * @property {number} frame of the stream, from 1
 * @property {number} window from 0
 * @property {number} leaf of the window, from 1
 * @property {number} merges that its push took
 * @property {number} skipped frames so far
 * @property {string} source
 * @property {LiveRecall} teacher
 * @property {LiveRecall | null} student
 */

/** @typedef {{ data: any[], layout: Record<string, any> }} Figure a Plotly figure */

/**
 * An element that Plotly draws in: what its scripts add to it.
 * @typedef {HTMLElement & {
 *   data?: any[], layout: any, _fullLayout?: any, on: (event: string, heard: (event: any) => void) => void
 * }} PlotElement
 */

/**
 * A cell of a table: its text, with `code` and **bold** marks, and the number that its column is sorted by.
 * @typedef {{ text: string, value: number | null }} ResultCell
 */

/**
 * A table of results: `Table.payload` of engine/reports/table.py.
 * @typedef {{ title?: string, head: string[], rows: ResultCell[][], note?: string }} ResultTable
 */

export {};
