// A PMTiles file of our own host as the basemap, in the page's pale colours; Protomaps' and OpenMapTiles' layer names.

import { FONT } from "./canvas.js";
import { el, w } from "./time.js";

/**
 * The layer of a file at an address, in a pane of the map.
 * @param {string} url
 * @param {string} lang
 * @param {string} pane
 * @returns {Promise<L.Layer>}
 */
export async function pmtilesLayer(url, lang, pane) {
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
  // Byte 101 of the file's header is the deepest zoom that it holds (PMTiles specification, version 3).
  const answer = await fetch(url, { headers: { Range: "bytes=0-126" } });
  const maxDataZoom = new Uint8Array(await answer.arrayBuffer())[101];
  const attribution = "Protomaps © OpenStreetMap"; // as text: the library's own leads to other hosts
  const options = {
    url,
    paintRules: paint,
    labelRules: labels,
    lang,
    backgroundColor: "#f1f4f7",
    maxDataZoom,
    pane,
    attribution,
  };
  return /** @type {L.Layer} */ (/** @type {unknown} */ (P.leafletLayer(options)));
}

/** Where a background map may lie: under the streets, or over them. */
const PANES = { below: 210, above: 255 };

/**
 * A choice of where the background maps of areas lie; they are asked for when they are first shown.
 * @param {L.Map} map
 * @param {string[]} urls
 * @param {string} lang
 */
export function backgroundChoice(map, urls, lang) {
  for (const [name, order] of Object.entries(PANES)) map.createPane(name).style.zIndex = String(order);
  const group = L.layerGroup().addTo(map);
  const show = async () => {
    const { value } = choice;
    const layers = value ? await Promise.all(urls.map((url) => pmtilesLayer(url, lang, value))) : [];
    if (choice.value !== value) return; // another choice was made while the files were asked
    group.clearLayers();
    for (const layer of layers) group.addLayer(layer);
  };
  const choice = el("select", { "aria-label": w("Background map"), on: { change: show } }, [
    el("option", { value: "" }, [w("Off")]),
    el("option", { value: "below" }, [w("Below the streets")]),
    el("option", { value: "above" }, [w("Above the streets")]),
  ]);
  return choice;
}
