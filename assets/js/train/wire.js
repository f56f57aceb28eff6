// Questions to Python and their answers, one at a time: the component has one value, so an answer must be read before the
// next one may replace it. Called by `train/view.js`; answered by `app/tabs/train.py`.

const KEPT = "imfn-visitor"; // in localStorage
const PATIENCE = 30000; // milliseconds an answer may take

/** Who this browser is to the server: a key that it keeps, so that a reload finds the runs that it has started. */
function visitor() {
  try {
    const kept = localStorage.getItem(KEPT);
    if (/^[0-9a-f]{32}$/.test(kept)) return kept;
    const made = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    localStorage.setItem(KEPT, made);
    return made;
  } catch {
    return null; // nothing may be kept here: the session says who it is
  }
}

export class Wire {
  constructor({ trigger, watch, props }) {
    this.trigger = trigger;
    this.last = 0;
    this.open = null;
    this.turn = Promise.resolve();
    watch("value", () => props.value && this.heard(JSON.parse(props.value)));
  }

  /** The answer to a question; rejects with the sentence that says what is wrong. */
  ask(what, wish = {}, event = "ask") {
    const answer = this.turn.then(() => this.send(what, wish, event));
    this.turn = answer.catch(() => {});
    return answer;
  }

  send(what, wish, event) {
    return new Promise((done, failed) => {
      const id = ++this.last;
      const watchdog = setTimeout(
        () => this.heard({ id, ok: false, sentence: "The server gives no answer; it may have been stopped." }),
        PATIENCE,
      );
      this.open = { id, done, failed, watchdog };
      this.trigger(event, { ...wish, what, id, visitor: visitor() });
    });
  }

  heard(answer) {
    const { open } = this;
    if (!open || answer.id !== open.id) return;
    clearTimeout(open.watchdog);
    this.open = null;
    if (answer.ok) open.done(answer);
    else open.failed(new Error(answer.sentence));
  }
}
