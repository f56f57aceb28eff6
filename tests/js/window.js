// The little of a browser that modules touch while they are imported; for tests of their pure parts.

/** @param {string} [search] the address's query */
export function pretendWindow(search = "") {
  Object.assign(globalThis, { window: globalThis, location: new URL(`http://localhost/${search}`) });
}
