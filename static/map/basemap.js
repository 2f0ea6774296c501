// A PMTiles file of our own host as the basemap, in the page's pale colours; Protomaps' and OpenMapTiles' layer names.

import { FONT } from "./canvas.js";

/**
 * @param {L.Map} map
 * @param {string} url
 * @param {string} lang
 */
export function layPmtiles(map, url, lang) {
  const P = protomapsL;
  /** @type {(layer: string, fill: string) => PaintRule} */
  const area = (layer, fill) => ({ dataLayer: layer, symbolizer: new P.PolygonSymbolizer({ fill }) });
  /** @type {(layer: string, color: string, width: number, filter?: TileFilter) => PaintRule} */
  const line = (layer, color, width, filter) => ({
    dataLayer: layer,
    symbolizer: new P.LineSymbolizer({ color, width }),
    filter,
  });
  /** @type {TileFilter} */
  const minor = (_zoom, feature) =>
    !/highway|motorway|trunk|primary|major/.test(String(feature.props.kind || feature.props.class));
  /** @type {TileFilter} */
  const major = (zoom, feature) => !minor(zoom, feature);
  const paint = [
    area("earth", "#f7f8f9"),
    area("landuse", "#eef1ee"),
    area("landcover", "#eaf0ea"),
    area("park", "#e6eee6"),
    area("water", "#d6e3ee"),
    line("waterway", "#c3d6e6", 1),
    line("roads", "#e0e4e8", 1, minor),
    line("transportation", "#e0e4e8", 1, minor),
    line("roads", "#cfd5db", 2, major),
    line("transportation", "#cfd5db", 2, major),
    area("buildings", "#e6e8eb"),
    area("building", "#e6e8eb"),
    line("boundaries", "#b9c1c9", 1),
    line("boundary", "#b9c1c9", 1),
  ];
  const text = new P.CenteredTextSymbolizer({
    labelProps: [`name:${lang}`, "name"],
    fill: "#6c7782",
    stroke: "#ffffff",
    width: 2,
    font: `500 12px ${FONT}`,
  });
  const labels = [
    { dataLayer: "places", symbolizer: text },
    { dataLayer: "place", symbolizer: text },
  ];
  const draw = (/** @type {number} */ deepest) => {
    P.leafletLayer({
      url: url,
      paintRules: paint,
      labelRules: labels,
      lang: lang,
      backgroundColor: "#f1f4f7",
      maxDataZoom: deepest,
    }).addTo(map);
  };
  // Byte 101 of the file's header is the deepest zoom that it holds (PMTiles specification, version 3).
  fetch(url, { headers: { Range: "bytes=0-126" } })
    .then((answer) => answer.arrayBuffer())
    .then((header) => {
      draw(new Uint8Array(header)[101]);
    });
}
