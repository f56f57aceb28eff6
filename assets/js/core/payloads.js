// What questions and their answers hold, as JSDoc types. Written by `python -m app.payload_types`; do not edit.

/** @import { Patience } from "./rpc.js" */

/**
 * Something to do with a run; `text` is a new name or note.
 * @typedef {object} ActRequest
 * @property {string} run
 * @property {"stop" | "resume" | "rename" | "note" | "delete" | "undelete"} action
 * @property {string} [text]
 * @property {Record<string, any>} [settings] of a run that is resumed: its rate, save_every or probe_every, where they are to change
 */

/**
 * A model: its figures by metric, at equal steps and, where it was run, at equal seconds.
 * @typedef {object} Bar
 * @property {string} model its label in the comparison
 * @property {string} name as it is shown; a word in brackets has an entry in the page's glossary
 * @property {Record<string, Spread>} steps
 * @property {Record<string, Spread> | null} seconds
 * @property {number | null} cpu_seconds of its training at equal steps
 * @property {string | null} strip PNG in base64 of what it gives back of a few digits
 */

/**
 * A stream to start, in place of the page's last one.
 * @typedef {object} BeginRequest
 * @property {number} ticket the browser's name for it: what is still on its way for an older one is not taken
 * @property {string} source a sample's name, upload or camera
 * @property {string} model
 * @property {string} [padding]
 * @property {number} [speed]
 * @property {string | null} [file] the path that the upload gave
 * @property {number} [roots] finished windows that are kept at most
 * @property {string | null} [saved] the path of a saved stream to go on from; it says how many roots are kept
 */

/**
 * What one memory holds after the last frame. Pictures are base64 of bytes, row by row, 255 for ink of 1.
 * @typedef {object} Belief
 * @property {string} name
 * @property {string} room 24×24, decoded from the memory's floats alone
 * @property {string} memory the floats themselves, 127 for 0
 * @property {number | null} skill of this belief, on everything lit so far
 * @property {number | null} old the same on what was last lit more than ten frames ago
 * @property {(number | null)[]} by_lag the same in bins of lags (`engine.evaluation.rounds.BINS`), over all beliefs of the round so far
 * @property {(number | null)[]} reads the digit that each quarter looks most like
 * @property {number} door probability that the door opens
 * @property {number | null} cue probability that cue A came first; null before one came
 * @property {number | null} pose where it would light the digit that is asked for
 * @property {boolean | null} right whether that pose does
 */

/**
 * The clip of an exploration through another model.
 * @typedef {object} BesideRequest
 * @property {string} id
 * @property {string} model
 */

/**
 * A work to end.
 * @typedef {object} CancelRequest
 * @property {string} id
 */

/**
 * There is nothing to say.
 * @typedef {object} Cancelled
 */

/**
 * What is wrong with a comparison; empty where it can be started.
 * @typedef {object} CheckAnswer
 * @property {string} problem
 */

/**
 * Its name, and the model that suits it.
 * @typedef {object} ClipAnswer
 * @property {string} name
 * @property {string} model
 */

/**
 * What a model gives of a clip at its root.
 * @typedef {object} ClipFigures
 * @property {number | null} psnr dB; null for a perfect copy
 * @property {number} mse
 * @property {number} ratio floats in for one that is kept
 */

/**
 * A clip that was uploaded to be streamed.
 * @typedef {object} ClipRequest
 * @property {string} path
 */

/**
 * What a form needs to start from a run.
 * @typedef {object} CloneAnswer
 * @property {string} name
 * @property {Record<string, any>} settings
 */

/**
 * A visitor's comparisons, and what is new of one.
 * @typedef {object} ComparisonAnswer
 * @property {number[]} numbers newest first
 * @property {number | null} number
 * @property {Member[]} members
 * @property {RunSummary[]} runs
 * @property {Record<string, RunStatus>} status
 * @property {Record<string, any> | null} table for `showTable` of `ui/result_table.js`; null before the first model has been measured
 * @property {Verdict | null} verdict null before two models have been measured
 */

/**
 * What a comparison would take on this machine, one run after the other.
 * @typedef {object} ComparisonCost
 * @property {number} runs
 * @property {number | null} seconds of everything that is trained; null where that cannot be forecast
 * @property {number} memory bytes, of its largest run
 * @property {string} slowest the model that takes longest; empty where none takes a step
 */

/**
 * The cost, or null where the comparison cannot be started.
 * @typedef {object} ComparisonCostAnswer
 * @property {ComparisonCost | null} cost
 */

/**
 * A refresh: which comparison is looked at, the newest where it is null.
 * @typedef {object} ComparisonRequest
 * @property {number | null} [number]
 * @property {Follow[]} [follow]
 */

/**
 * Where their settings differ.
 * @typedef {object} DiffAnswer
 * @property {Difference[]} rows
 */

/**
 * Two runs.
 * @typedef {object} DiffRequest
 * @property {string} first
 * @property {string} second
 */

/**
 * A setting in which two runs differ.
 * @typedef {object} Difference
 * @property {string} setting
 * @property {any} first
 * @property {any} second
 */

/**
 * Nothing to tell.
 * @typedef {object} Done
 */

/**
 * A file that is ready for a visitor; `assets/js/core/download.js` saves it.
 * @typedef {object} Download
 * @property {string} url relative to the page
 * @property {string} name
 * @property {number} bytes
 */

/**
 * A stream to end.
 * @typedef {object} EndRequest
 * @property {number} ticket
 */

/**
 * What a training will take.
 * @typedef {object} Estimate
 * @property {number} parameters
 * @property {number} steps
 * @property {number} memory bytes while it trains
 * @property {number} disk bytes
 * @property {number | null} seconds
 * @property {string} basis what the figures rest on
 */

/**
 * What a training would take.
 * @typedef {object} EstimateAnswer
 * @property {Estimate | null} estimate null while something is wrong with the settings
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
 * @property {string[]} [names] what the visitor calls these files, with their folders: they decide the order
 * @property {string | null} [sample]
 * @property {string | null} [run] a finished training, whose own files are explored
 * @property {boolean} [fit] take a model that suits the files where the named one does not
 */

/**
 * A table in another program's form; without a number the one that came with the page.
 * @typedef {object} ExportRequest
 * @property {"csv" | "json" | "latex" | "markdown"} kind
 * @property {number | null} [number]
 */

/**
 * The same by their names.
 * @typedef {object} FilesAnswer
 * @property {string[]} names
 */

/**
 * Files for the next run.
 * @typedef {object} FilesRequest
 * @property {string[]} paths
 * @property {string[]} [names] what the visitor calls them
 */

/**
 * All frames of a window, cut from one picture row by row.
 * @typedef {object} Film
 * @property {number} columns
 * @property {number} width
 * @property {number} height
 * @property {string} url a JPEG as a data URL
 */

/**
 * A run whose rows are wanted from a cursor on.
 * @typedef {object} Follow
 * @property {string} run
 * @property {number} [cursor]
 */

/**
 * A trajectory that has begun.
 * @typedef {object} FollowAnswer
 * @property {string} id
 */

/**
 * What to follow, and how.
 * @typedef {object} FollowRequest
 * @property {string} chosen a sample's name, explored, or a Lantern walk (`app/sessions/walks.py`)
 * @property {string | null} [exploration] what Explore shows, by its id; what the page explored last where it is null
 * @property {TrajectorySettings} [settings]
 */

/**
 * A bounded memory.
 * @typedef {object} Forest
 * @property {RootShown[]} roots oldest first
 * @property {number} most roots that are kept at most
 * @property {number} frames of the stream so far
 * @property {number} open of them in the window that is being filled
 * @property {string | null} picture that window's middle leaf, of a saved stream; of one that runs its sheet has it
 * @property {number} since number of the first frame that can be measured; a stream that goes on has none of those before it was saved
 * @property {number} floats that the memory keeps now
 * @property {number} most_floats that it keeps at most
 * @property {number[]} ages of the frames that are kept aside to measure, the newest 0
 * @property {number[]} psnr dB at these ages
 */

/**
 * A sequence and what was said of its end.
 * @typedef {object} ForetellAnswer
 * @property {number} seed
 * @property {number} side pixels
 * @property {string} seen the frames that were shown
 * @property {string} truth those that followed
 * @property {number} others sequences that `usual` is the mean of
 * @property {ForetoldRow[]} rows
 */

/**
 * Which sequence.
 * @typedef {object} ForetellRequest
 * @property {number} seed
 */

/**
 * What one memory, or none, says of the frames that follow. Pictures are base64 of bytes, frame by frame.
 * @typedef {object} ForetoldRow
 * @property {string} name a memory's, or what is done without one
 * @property {number | null} floats that are kept; null where it is no memory
 * @property {string} frames
 * @property {number[]} errors squared error summed over a frame's pixels
 * @property {number[]} usual the same, mean over the answer's `others`
 */

/**
 * What is wrong with a form.
 * @typedef {object} FormAnswer
 * @property {[string, string][]} problems key and sentence; the key is empty where it is about no field
 */

/**
 * The form of a new run.
 * @typedef {object} FormRequest
 * @property {Record<string, any>} settings
 * @property {string} name
 * @property {string | null} [device]
 * @property {boolean} [own] whether it trains on files of the visitor's own
 * @property {string[]} [files] paths that the upload gave
 * @property {string[]} [names] what the visitor calls these files, with their folders: they decide the order
 * @property {string | null} [clip] an exploration of the visitor's, whose frames are trained on in place of files
 */

/**
 * What is recovered after a push.
 * @typedef {object} FrameAnswer
 * @property {LiveFrame | null} frame null when the stream has ended
 * @property {Forest | null} forest the roots that are kept
 * @property {number} due seconds until the next frame is to be asked for
 * @property {string} ended why it has ended, in a sentence
 */

/**
 * The next frame of a stream; a camera's comes along as a data URL.
 * @typedef {object} FrameRequest
 * @property {number} ticket
 * @property {number} [speed]
 * @property {string | null} [picture]
 */

/**
 * A moment of a stream.
 * @typedef {object} LiveFrame
 * @property {number} frame of the stream, from 1
 * @property {number} window from 0
 * @property {number} leaf of the window, from 1
 * @property {number} merges that its push took
 * @property {number} skipped frames so far that came too fast
 * @property {string} source the frame itself, a PNG as a data URL
 * @property {Recalled} teacher
 * @property {Recalled | null} student
 */

/**
 * A run of a comparison.
 * @typedef {object} Member
 * @property {string} run
 * @property {string} model its key
 * @property {string} label
 * @property {number} seed
 */

/**
 * What the menu of models offers.
 * @typedef {object} ModelsAnswer
 * @property {OfferedModel[]} models
 */

/**
 * One comparison.
 * @typedef {object} NumberRequest
 * @property {number} number
 */

/**
 * An entry of the menu of models.
 * @typedef {object} OfferedModel
 * @property {string} name
 * @property {string} label
 */

/**
 * A finished run for Explore: the model, and the sample to show with it unless the run has files of its own.
 * @typedef {object} OpenAnswer
 * @property {string} model
 * @property {string | null} sample
 */

/**
 * A run of a sentence; `model` names the one it is about, `strong` sets a figure apart.
 * @typedef {object} Part
 * @property {string} text
 * @property {string | null} model
 * @property {boolean} strong
 */

/**
 * How often each memory lit the digit it had seen.
 * @typedef {object} PlayAnswer
 * @property {number} rooms
 * @property {string[]} names
 * @property {number[]} right
 * @property {number} random rooms that a random pose is expected to win
 */

/**
 * Rooms that the memories are to play by themselves.
 * @typedef {object} PlayRequest
 * @property {number} [first] of the rooms, a row of seeds
 * @property {boolean} [distractor]
 * @property {string} [run]
 * @property {string} [third]
 */

/**
 * One look at a run's probe.
 * @typedef {object} ProbeSheet
 * @property {string} url a PNG as a data URL
 * @property {number} rows strips in it
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
 * News of a work since those that were seen.
 * @typedef {object} ProgressRequest
 * @property {string} id
 * @property {number} [seen]
 */

/**
 * What a memory recovers of its window.
 * @typedef {object} Recalled
 * @property {string} now the newest frame, a PNG as a data URL
 * @property {Film} sheet
 * @property {(number | null)[]} psnr dB, a leaf; null for frames that came before the stream was saved and went on
 * @property {number} mean dB, over all other leaves
 * @property {number} ms milliseconds of the push
 */

/**
 * One root.
 * @typedef {object} RootShown
 * @property {number} first number of its first frame, from 0
 * @property {number} frames that it spans
 * @property {number} stride frames that one leaf stands for
 * @property {number | null} psnr dB over the frames that are known; null where none of them was kept
 * @property {string | null} picture its middle leaf as it is recovered, a JPEG as a data URL; null where it was sent before
 */

/**
 * Something that happened to a run.
 * @typedef {object} RunEvent
 * @property {number} at
 * @property {string} kind
 * @property {string | null} text
 */

/**
 * One run.
 * @typedef {object} RunRequest
 * @property {string} run
 */

/**
 * Figures after one step, or of one look at the probe.
 * @typedef {object} RunRow
 * @property {number} id
 * @property {number} number
 * @property {string} stage
 * @property {number} step
 * @property {number} total
 * @property {number} seconds
 * @property {Record<string, any>} values
 */

/**
 * What is new of a run since a cursor.
 * @typedef {object} RunStatus
 * @property {RunSummary} run
 * @property {RunRow[]} rows
 * @property {number} cursor
 * @property {number | null} cut rows past this total are taken back
 * @property {number[]} sheets totals that have a picture of the probe
 * @property {SameClip | null} clip once it is finished, where there is a bundled model of its kind
 */

/**
 * A run in a line.
 * @typedef {object} RunSummary
 * @property {string} id
 * @property {string} name
 * @property {string} note
 * @property {string} kind
 * @property {string} state
 * @property {string | null} device
 * @property {string | null} sentence why it ended
 * @property {number} attempt
 * @property {number} created
 * @property {number | null} started
 * @property {number | null} ended
 * @property {number | null} deleted
 * @property {number | null} steps in all; null until it has begun
 * @property {number | null} parameters
 * @property {string} data
 * @property {number} total steps done
 * @property {string | null} stage
 * @property {number} trained_seconds
 * @property {number | null} progress 0 to 1
 * @property {number | null} eta seconds
 * @property {number | null} silent seconds since its last sign of life
 * @property {Record<string, any>} last values of the newest row
 * @property {boolean} checkpoint whether it can be opened
 * @property {number | null} planned seconds that it was estimated to take, while nothing better is known
 * @property {boolean} own whether it learns from files of the visitor's own
 * @property {number | null} comparison the number of the comparison that it belongs to
 */

/**
 * A visitor's runs.
 * @typedef {object} RunsAnswer
 * @property {RunSummary[]} runs
 * @property {RunSummary[]} deleted
 * @property {Record<string, RunStatus>} status
 * @property {string | null} log
 * @property {RunEvent[] | null} events
 */

/**
 * A refresh: which runs are drawn, and whose log is shown.
 * @typedef {object} RunsRequest
 * @property {Follow[]} [follow]
 * @property {string | null} [log]
 */

/**
 * A finished run and a bundled model on the same frames.
 * @typedef {object} SameClip
 * @property {string} clip
 * @property {number} frames
 * @property {number} merges of the level that is told
 * @property {ClipFigures} own
 * @property {string} other the bundled model's name
 * @property {ClipFigures} beside what it gives of the same frames
 */

/**
 * A stream to save.
 * @typedef {object} SaveRequest
 * @property {number} ticket
 */

/**
 * What it holds.
 * @typedef {object} SavedAnswer
 * @property {string} model
 * @property {Forest} forest
 */

/**
 * A saved stream that was uploaded.
 * @typedef {object} SavedRequest
 * @property {string} path
 */

/**
 * One look at a run's probe.
 * @typedef {object} SheetRequest
 * @property {string} run
 * @property {number} total
 */

/**
 * Strips below one another.
 * @typedef {object} SideBySideAnswer
 * @property {string} html
 */

/**
 * Mean and standard deviation over seeds; the latter null with one seed, and where seeds change nothing.
 * @typedef {object} Spread
 * @property {number} mean
 * @property {number | null} deviation
 */

/**
 * The comparison that has been queued.
 * @typedef {object} StartAnswer
 * @property {number} number
 */

/**
 * A comparison to start.
 * @typedef {object} StartRequest
 * @property {string[]} models
 * @property {number} leaves
 * @property {number} steps
 * @property {number} seeds
 */

/**
 * Of every precision, for the level that would be taken.
 * @typedef {object} StorageAnswer
 * @property {number} merges
 * @property {StorageCost[]} costs
 */

/**
 * What a memory file of one precision takes and loses.
 * @typedef {object} StorageCost
 * @property {string} precision
 * @property {number} bytes of all floats, the file's header not counted
 * @property {number | null} lost dB that a window loses against float32; null where there are no frames to measure against
 */

/**
 * What storing the memory of a level takes and loses, measured in one window.
 * @typedef {object} StorageRequest
 * @property {string} id
 * @property {number} [merges]
 * @property {number} [window]
 */

/**
 * What does not change while a stream runs.
 * @typedef {object} StreamFacts
 * @property {string} model
 * @property {number} leaves
 * @property {number} floats of one memory
 * @property {number} pixels values in a frame
 * @property {number} height
 * @property {number} width
 * @property {number} rate frames per second
 * @property {boolean} student
 * @property {Forest} forest what is kept already
 */

/**
 * All but the one that it was explored with.
 * @typedef {object} SuitableAnswer
 * @property {SuitableModel[]} models
 */

/**
 * A model for the other side.
 * @typedef {object} SuitableModel
 * @property {string} name
 * @property {string} label
 * @property {number} leaves
 */

/**
 * Which models the clip can be shown through.
 * @typedef {object} SuitableRequest
 * @property {string} id
 */

/**
 * A file to be made of what is shown.
 * @typedef {object} TakeRequest
 * @property {string} id
 * @property {"memory" | "video" | "json" | "csv" | "report"} kind
 * @property {number} [merges] the level; the root where there is no such level
 * @property {string} [precision] of a memory's floats
 * @property {number} [frame] of the clip, counted from 0: the one whose stills a report shows
 */

/**
 * A file to be made of what is shown.
 * @typedef {object} TakeTrajectoryRequest
 * @property {string} id
 * @property {"states" | "coordinates"} kind
 */

/**
 * Where a trajectory stands.
 * @typedef {object} TrajectoryProgress
 * @property {number} seen
 * @property {"busy" | "done" | "failed" | "cancelled"} state
 * @property {string} message
 * @property {Record<string, any> | null} trajectory what there is to draw; null where that has not changed
 */

/**
 * How sequences are followed and drawn, as it is typed and as the page's address has it.
 * @typedef {object} TrajectorySettings
 * @property {string} [padding] what stands for leaves that have not arrived, one of PADDINGS
 * @property {string} [sequences] how many, 1 to 4
 * @property {string} [neighbours] points that UMAP keeps together; auto is a third of them
 * @property {string} [spread] how loosely UMAP may lay points out, 0 to 1
 * @property {string} [by] the bundled memory that follows a Lantern walk, the usual one for ""; others have a model of their own
 */

/**
 * What a comparison found.
 * @typedef {object} Verdict
 * @property {Part[][]} sentences
 * @property {string} facts
 * @property {Bar[]} bars the best first, by MSE at equal steps
 * @property {string | null} source the digits of the strips themselves
 * @property {string} command
 * @property {string[]} missing models without a row at equal seconds, and why, a sentence each
 */

/**
 * The round, its truth, and what every memory believes.
 * @typedef {object} WalkAnswer
 * @property {number} seed
 * @property {string} moves
 * @property {number} step
 * @property {number} steps
 * @property {number[]} poses where the lantern was in every frame, row · 6 + column
 * @property {string} frame the last frame, 24×36
 * @property {string} lags 24×24, frames since each pixel was lit; 255 for never
 * @property {string} truth the room's ink, 24×24
 * @property {number[]} digits labels of the quarters
 * @property {number[]} seen labels of the digits that were lit enough to be asked for
 * @property {boolean} door whether the key was lit so far
 * @property {number} door_exact what exact inference says of it, from all frames
 * @property {"A" | "B" | null} cue which cue came first; null before one came
 * @property {boolean} key whether the key glinted so far
 * @property {number | null} random how often a random pose lights the digit that is asked for
 * @property {Belief[]} beliefs
 */

/**
 * A round as far as it has come.
 * @typedef {object} WalkRequest
 * @property {number} seed
 * @property {string} [moves] one letter each: stay, left, right, up, down by their first
 * @property {boolean} [distractor]
 * @property {string} [run] a finished training whose memory is shown beside the bundled ones
 * @property {string} [third] the bundled memory beside the two that are always shown; "" for the usual one
 * @property {number | null} [digit] to be lit from memory, where that is asked
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
 * Questions of `Besides` in `app/sessions/beside.py`.
 * @typedef {object} BesidesServer
 * @property {(request: SuitableRequest, patience?: Patience) => Promise<SuitableAnswer>} suitable What the menus of sides offer beside the exploration's own levels; nothing for a memory file.
 * @property {(request: BesideRequest, patience?: Patience) => Promise<ExploreAnswer>} beside Begin to compute it; ValueError for what does not suit.
 * @property {(request: ProgressRequest, patience?: Patience) => Promise<ProgressAnswer>} progress What is new of it, as soon as there is something new.
 * @property {(request: CancelRequest, patience?: Patience) => Promise<Cancelled>} cancel End a work; a step that is being computed is still finished.
 */

/**
 * Questions of `Explorations` in `app/sessions/explorations.py`.
 * @typedef {object} ExplorationsServer
 * @property {(request: ExploreRequest, patience?: Patience) => Promise<ExploreAnswer>} explore Begin to explore something.
 * @property {(request: ProgressRequest, patience?: Patience) => Promise<ProgressAnswer>} progress What is new of an exploration, as soon as there is something new.
 * @property {(request: CancelRequest, patience?: Patience) => Promise<Cancelled>} cancel End a work; a step that is being computed is still finished.
 * @property {(request: WindowRequest, patience?: Patience) => Promise<WindowAnswer>} window Another window of what is shown.
 * @property {(request: TakeRequest, patience?: Patience) => Promise<Download>} take Make a file to keep.
 * @property {(request: StorageRequest, patience?: Patience) => Promise<StorageAnswer>} storage What the file of each precision takes, and what it loses in a window.
 * @property {(request: WindowRequest, patience?: Patience) => Promise<WindowAnswer>} reopen What a page showed before it was loaded anew.
 * @property {(request?: {}, patience?: Patience) => Promise<ModelsAnswer>} models What the menu of models offers.
 */

/**
 * Questions of `Foretellings` in `app/sessions/foretold.py`.
 * @typedef {object} ForetellingsServer
 * @property {(request: ForetellRequest, patience?: Patience) => Promise<ForetellAnswer>} foretell What every bundled memory of moving digits says of a sequence; ValueError for a seed that none has.
 */

/**
 * Questions of `LiveComparisons` in `app/sessions/comparison.py`.
 * @typedef {object} LiveComparisonsServer
 * @property {(request: ComparisonRequest, patience?: Patience) => Promise<ComparisonAnswer>} refresh All comparisons, and of the one that is looked at its runs, what is new of them, and its table.
 * @property {(request: StartRequest, patience?: Patience) => Promise<CheckAnswer>} check_comparison What is wrong with a comparison, without starting it.
 * @property {(request: StartRequest, patience?: Patience) => Promise<ComparisonCostAnswer>} estimate_comparison What a comparison would take; a new size may take seconds to forecast.
 * @property {(request: StartRequest, patience?: Patience) => Promise<StartAnswer>} start_comparison Queue a comparison.
 * @property {(request: RunRequest, patience?: Patience) => Promise<Done>} stop_run Stop one run; the others go on.
 * @property {(request: NumberRequest, patience?: Patience) => Promise<Done>} stop_all Stop every run of a comparison that has not ended.
 * @property {(request: SheetRequest, patience?: Patience) => Promise<ProbeSheet>} sheet One look at a run's probe.
 * @property {(request: ExportRequest, patience?: Patience) => Promise<Download>} export_table A file with the table of a comparison, or with the stored one.
 * @property {(request?: {}, patience?: Patience) => Promise<SideBySideAnswer>} side_by_side The same digits through every bundled model.
 */

/**
 * Questions of `LiveSessions` in `app/sessions/live.py`.
 * @typedef {object} LiveSessionsServer
 * @property {(request: BeginRequest, patience?: Patience) => Promise<StreamFacts>} begin_stream Start a stream.
 * @property {(request: FrameRequest, patience?: Patience) => Promise<FrameAnswer>} next_frame Push the frame that is due.
 * @property {(request: EndRequest, patience?: Patience) => Promise<Done>} end_stream End the stream that is named; another may have begun since.
 * @property {(request: ClipRequest, patience?: Patience) => Promise<ClipAnswer>} check_clip An uploaded clip; ValueError where it cannot be used.
 * @property {(request: SaveRequest, patience?: Patience) => Promise<Download>} save_stream A stream that runs or has ended as a file.
 * @property {(request: SavedRequest, patience?: Patience) => Promise<SavedAnswer>} check_saved A saved stream that was uploaded; ValueError where it cannot be gone on from.
 */

/**
 * Questions of `Predictions` in `app/sessions/predict.py`.
 * @typedef {object} PredictionsServer
 * @property {(request: WalkRequest, patience?: Patience) => Promise<WalkAnswer>} walk What every memory believes after a walk; ValueError in one sentence for one that cannot be walked.
 * @property {(request: PlayRequest, patience?: Patience) => Promise<PlayAnswer>} play Let all memories play some rooms.
 * @property {(request: RunRequest, patience?: Patience) => Promise<Done>} prepare Have a probe that reads a finished training's memories, fitted where there is none; this takes a minute.
 */

/**
 * Questions of `Trainings` in `app/sessions/training.py`.
 * @typedef {object} TrainingsServer
 * @property {(request: RunsRequest, patience?: Patience) => Promise<RunsAnswer>} refresh All runs, what is new of those that are followed, and the log of one.
 * @property {(request: FormRequest, patience?: Patience) => Promise<FormAnswer>} check_form What is wrong with a form; quick, so that it can be asked with every key.
 * @property {(request: FormRequest, patience?: Patience) => Promise<EstimateAnswer>} estimate_run What the training would take; a new tree may take seconds.
 * @property {(request: FilesRequest, patience?: Patience) => Promise<FilesAnswer>} check_files The names of uploaded files; ValueError for the first that cannot be used.
 * @property {(request: FormRequest, patience?: Patience) => Promise<RunRequest>} start_run Queue a run.
 * @property {(request: ActRequest, patience?: Patience) => Promise<Done>} act Stop, resume, rename, annotate, delete or bring back a run.
 * @property {(request: RunRequest, patience?: Patience) => Promise<CloneAnswer>} clone A run's settings and a free name, to start from.
 * @property {(request: DiffRequest, patience?: Patience) => Promise<DiffAnswer>} diff Where two runs' settings differ; what they learn from is in their summaries, without paths.
 * @property {(request: SheetRequest, patience?: Patience) => Promise<ProbeSheet>} sheet One look at the probe.
 * @property {(request: RunRequest, patience?: Patience) => Promise<ProbeSheet>} clip_picture A finished run's pictures of a clip, beside a bundled model's.
 * @property {(request: RunRequest, patience?: Patience) => Promise<Download>} export_run A zip of a run.
 * @property {(request: RunRequest, patience?: Patience) => Promise<OpenAnswer>} open_run What Explore needs to show a finished run; ValueError where there is nothing to show, or not here.
 */

/**
 * Questions of `Trajectories` in `app/sessions/trajectories.py`.
 * @typedef {object} TrajectoriesServer
 * @property {(request: FollowRequest, patience?: Patience) => Promise<FollowAnswer>} follow Begin to follow a sequence's memory.
 * @property {(request: ProgressRequest, patience?: Patience) => Promise<TrajectoryProgress>} progress What is new of a trajectory, as soon as there is something new.
 * @property {(request: CancelRequest, patience?: Patience) => Promise<Cancelled>} cancel End a work; a step that is being computed is still finished.
 * @property {(request: TakeTrajectoryRequest, patience?: Patience) => Promise<Download>} take Make a file to keep.
 */

export {};
