// What questions and their answers hold, as JSDoc types. Written by `python -m app.payload_types`; do not edit.

/** @import { Patience } from "./rpc.js" */

export {};
