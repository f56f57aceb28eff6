// The little of a browser that modules touch while they are imported or keep the address; for tests of their pure parts.

/** Pretend a page at this address; what is written into it can be read from `location`. @param {string} [search] */
export function pretendWindow(search = "") {
  const pretended = {
    window: globalThis,
    location: new URL(`http://localhost/${search}`),
    history: {
      state: null,
      /** @param {unknown} _state @param {string} _title @param {string} href */
      replaceState: (_state, _title, href) => Object.assign(globalThis, { location: new URL(href) }),
    },
  };
  Object.assign(globalThis, pretended);
}
