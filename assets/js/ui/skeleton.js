// Views that wait for data keep the bones that came with the page (app/components/skeleton.py) and show them meanwhile.
// Called by the views of the Explore, Trajectory and Train tabs when they build themselves.

/**
 * Put a view's parts into its root behind its bones.
 * @param {HTMLElement} root
 * @param {...HTMLElement} parts
 * @returns {(waiting: boolean) => void} shows the bones, or the parts
 */
export function behindBones(root, ...parts) {
  const bones = root.querySelector(":scope > .imfn-bones");
  root.replaceChildren(...(bones ? [bones] : []), ...parts);
  return (waiting) => void root.classList.toggle("imfn-waits", waiting);
}
