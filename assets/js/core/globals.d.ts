// What scripts put on `window`. Read by tsc only.

interface Window {
  Plotly: any;
  imfn: any;
  imfnPath: any;
  imfnSides: any;
  imfnTrain: any;
  imfnComparison: any;
  imfnPredict: any;
  imfnMoving: any;
}
