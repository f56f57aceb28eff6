// How runs and their figures are put into words. Called by the `train_*.js` views.

/** What is told of a run in a list. @typedef {{ state: string, progress: number | null, stage?: string | null, steps?: number | null, eta: number | null, ended: number | null }} RunLine */

/** Whether a run's memories are of rooms, which Predict asks and Explore does not show. @param {{ data: string }} run */
export const asksRooms = ({ data }) => data === "lantern";

/** A time in seconds: "12 s", "3 min 5 s", "2 h 10 min". @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 1) return "under 1 s";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (seconds < 3600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ""}`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** How long ago a time was. @param {number} at seconds since 1970 */
export function ago(at) {
  const seconds = Date.now() / 1000 - at;
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

/** @param {number | null} share 0…1 */
export const percent = (share) => (share === null ? "" : `${Math.round(100 * share)} %`);

/** Bytes of files and of memory in use. @param {number} value */
export function bytes(value) {
  if (value < 1e6) return `${Math.round(value / 1e3)} kB`;
  if (value < 1e9) return `${Math.round(value / 1e6)} MB`;
  return `${(value / 1e9).toFixed(1)} GB`;
}

/** Parameters in millions. @param {number | null | undefined} value */
export const million = (value) => (value === null || value === undefined ? "–" : `${(value / 1e6).toFixed(2)} M`);

/** An error with four digits, small ones as 1.2·10⁻⁴. @param {number | null | undefined} value */
export function error(value) {
  if (value === null || value === undefined) return "–";
  if (value >= 0.001 || value === 0) return value.toFixed(4);
  const [digits, power] = value.toExponential(1).split("e-");
  return `${digits}·10⁻${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
}

/** "running · 62 %", the line below a run's name. @param {RunLine} run */
export function stateLine(run) {
  if (run.state === "running" && run.progress === null)
    return run.stage ? `running · ${run.stage}` : run.steps === 0 ? "running · fitting" : "running · starting";
  if (run.state === "running") return `running · ${percent(run.progress)}`;
  if (run.state === "stopping") return run.steps === 0 ? "stopping once the fit is done" : "saving, then stopping";
  if (["stopped", "interrupted", "failed"].includes(run.state) && run.progress)
    return `${run.state} · ${percent(run.progress)}`;
  return run.state;
}

/** What stands at the right end of a run's row. @param {RunLine} run @param {number} place in the queue, from 0 */
export function whenLine(run, place) {
  if (run.state === "queued") return place === 0 ? "next" : `place ${place + 1}`;
  if (run.state === "running") return run.eta === null ? "" : `${duration(run.eta)} left`;
  return run.ended ? ago(run.ended) : "";
}
