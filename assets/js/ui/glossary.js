// The words of the field that this page uses, each in one plain sentence of at most 25 words. `ui/term.js` shows them.

/** @type {Record<string, string>} */
export const GLOSSARY = {
  memory:
    "A fixed number of floats that stands for all frames below it: the same size for one frame or for all of them.",
  leaf: "One input item, here a frame or a digit. Leaves are the bottom row of the tree.",
  merge: "One learned step that folds two neighbouring memories into one of the same size. It halves what is kept.",
  sweeper: "A level's pair of learned maps: a merge on the way up and its inverse on the way down.",
  inverse: "The learned map that unfolds a memory into its two halves again, level by level, down to the frames.",
  root: "The top of the tree: one memory for the whole window, all that a memory file needs to keep.",
  node: "A place in the tree that holds one memory. Node 2.1 is the second one after two merges.",
  ratio: "Floats that went in to floats that are kept. One merge is 2:1, four are 16:1.",
  floats: "The numbers that a memory consists of. Every node keeps the same count, four bytes each.",
  MSE: "Mean squared error of all pixels, which go from 0 to 1. Smaller is better, 0 is identical.",
  PSNR: "The same error on a logarithmic scale, in decibels. Larger is better; 6 dB more is half the error.",
  SSIM: "How alike two pictures are in structure rather than pixel by pixel. 1 is identical.",
  teacher: "The tree itself: frames into memories, merges upwards, inverses downwards. The student learns from it.",
  student: "A small network that follows the tree's memory one leaf at a time, at constant cost and without any tree.",
  trajectory: "The path of the root's memory while leaves arrive: one point in memory space after every leaf.",
  UMAP: "A flat map of high-dimensional points that keeps neighbours together but may bend and stretch the rest.",
  PCA: "The flat view along the two or three directions in which the points differ most; nothing is bent.",
  trust:
    "Trustworthiness of the flat picture: the share of its neighbours that really are near one another. 1 is best.",
  padding: "What stands for leaves that have not arrived: zeros are empty frames, skip leaves their merges out.",
  KLT: "Karhunen-Loève transform: principal components of pairs, fitted in closed form without any training. Our linear tree.",
  zones: "Slots of a video choose among several transforms, so that still parts spend no floats on motion.",
  settling: "A few gradient steps on a finished memory's own floats, so that it gives its frames back better.",
  probe: "One fixed window that every training looks at after each save, so that its pictures can be compared.",
};
