// The core of every store: one state, and listeners that are told what has changed for as long as their element is on
// the page. Used by the stores of Explore, Trajectory and Train.

/**
 * @template S
 * @template {string} [W=string]
 * @typedef {(state: S, what: W | "start") => void} Heard
 */

/**
 * @template S the state
 * @template {string} [W=string] what may change
 */
export class Store {
  /** @param {S} state what `get` gives; it is changed in place */
  constructor(state) {
    this.state = state;
    /** @type {Set<(what: W) => void>} */
    this.listeners = new Set();
    this.get = () => this.state;
  }

  /**
   * Call `heard(state, what)` once now, with "start", and then on every change while `element` is on the page.
   * @param {{ readonly isConnected: boolean }} element
   * @param {Heard<S, W>} heard
   */
  subscribe(element, heard) {
    /** @param {W} what */
    const listener = (what) => {
      if (element.isConnected) heard(this.state, what);
      else this.listeners.delete(listener);
    };
    this.listeners.add(listener);
    heard(this.state, "start");
  }

  /** Tell everybody who listens what has changed. @param {W} what */
  tell(what) {
    for (const listener of [...this.listeners]) listener(what);
  }

  /** Change some of the state and tell of it. @param {Partial<S>} patch @param {W} what */
  patch(patch, what) {
    Object.assign(/** @type {object} */ (this.state), patch);
    this.tell(what);
  }
}
