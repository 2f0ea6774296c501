// What the page of a plan's map is given, and what its scripts make of it; read by the type check alone.

type Phase = "approach" | "strike" | "custody" | "evidence" | "interviews";
type UnitKind = "squad" | "escort" | "forensic" | "person";
type Box = [number, number, number, number];
type LatLon = [number, number];

/** Draws on a canvas; `project` tells where a point lies, in pixels, the canvas reaching `margin` beyond the map. */
type Paint = (
  pen: CanvasRenderingContext2D,
  project: (lat: number, lon: number) => L.Point,
  size: L.Point,
  margin: number,
) => void;

/** Unit, from, to, departure, arrival, phase: numbers of rows, and minutes from H. */
type MapMove = [number, number, number, number, number, number];
/** Unit, point, arrival, leaving, task, start of the task. */
type MapStay = [number, number, number, number, number, number];

interface MapCity {
  name: string;
  lat: number;
  lon: number;
  sites: number;
  missed: number;
  bounds: [LatLon, LatLon];
  folded?: boolean;
  shown?: boolean;
  drawn?: boolean;
  pill?: L.LatLng;
}

interface MapTeam {
  id: string;
  mark: string;
  city: number;
  commander: string;
}

interface MapPoint {
  lat: number;
  lon: number;
  city: number;
  name: string;
}

interface MapUnit {
  id: string;
  kind: UnitKind;
  city: number;
  team: number | null;
  colour: number | null;
}

interface MapSuspect {
  name: string;
  priority: number;
  warrant: string | null;
  chargeable: boolean;
  reason: string | null;
}

interface MapRaid {
  unit: string;
  officers: number;
  vehicles: number;
  start: number;
  end: number;
  handovers: [number, string, number, number][];
  guards: [number, number] | null;
  exam: [string, number, number] | null;
}

interface MapSite {
  id: string;
  address: string;
  city: number;
  risk: "low" | "medium" | "high";
  exam: boolean;
  needs: [string, number][];
  suspects: MapSuspect[];
  team: number | null;
  raid: MapRaid | null;
  shut: boolean;
}

/** A base, an assembly point or a custody place; what `rows` hold depends on its kind. */
interface MapPlace {
  id: string;
  name: string;
  kind: "base" | "assembly" | "custody";
  city: number;
  used: boolean;
  users: number[];
  cells?: number;
  rooms?: number;
  cellsUsed?: number;
  roomsUsed?: number;
  // biome-ignore lint/suspicious/noExplicitAny: numbers and names, by kind
  rows: any[][];
}

interface MapRoute {
  phase: Phase;
  city: number;
  team: number | null;
  inside: boolean;
  ways: [number, number][];
}

interface MapFeature<Properties> {
  type: "Feature";
  // biome-ignore lint/suspicious/noExplicitAny: GeoJSON, as Leaflet reads it
  geometry: any;
  properties: Properties;
}

interface MapBasemap {
  tiles?: string;
  pmtiles?: string;
}

interface MapPage {
  name: string;
  lang: string;
  subtitle: string;
  words: Record<string, string>;
  phaseWords: Record<Phase, string>;
  activityWords: Record<string, string>;
  needWords: Record<string, string>;
  clocks: [number, number][];
  first: number;
  last: number;
  phases: Phase[];
  tasks: string[];
  phaseOfTask: Record<string, Phase>;
  phaseSpans: Record<Phase, [number, number] | null>;
  teamLayers: boolean;
  colourBy: "team" | "city";
  cities: MapCity[];
  teams: MapTeam[];
  points: MapPoint[];
  units: MapUnit[];
  moves: MapMove[];
  stays: MapStay[];
  bounds: [LatLon, LatLon];
  layers: { sites: MapFeature<MapSite>[]; places: MapFeature<MapPlace>[]; routes: MapFeature<MapRoute>[] };
  basemap: MapBasemap | null;
  ground: Ground | string | null;
  ways: MapWays | string | null;
  /** Addresses of background maps that may be shown. */
  tiles: string[];
  siteLinks: [string, string][];
  /** Which minute is shown, and on which map: set by the page itself. */
  minute: number;
  map: L.Map;
}

/** Courses by the numbers of their ends: steps in 1e-5 degrees, longitude first; at most `metres` off the road. */
interface MapWays {
  ways: [number, number, number[]][];
  metres: number;
}

/** A way: its points, and the share of its length before each. */
interface MapWay {
  at: LatLon[];
  along: number[];
}

/** A feature of a layer and whether it is on the map. */
interface Leaf<Properties> {
  leaf: L.Marker;
  properties: Properties;
  group: L.GeoJSON;
  on: boolean;
}

interface MapSpot {
  x: number;
  y: number;
  kind: UnitKind;
  colour: string;
  label: string;
}

interface MapSpots extends MapSpot {
  count: number;
  kinds: Record<string, boolean>;
}

interface MapSymbol {
  lat: number;
  lon: number;
  r: number;
}

interface MapLabel extends MapSymbol {
  text: string;
  font: string;
  ink: string;
}

/** Streets and water as the server sends them (planner.ground): courses as steps in 1e-5 degrees, longitude first. */
interface Ground {
  roads: [number, string, number[][]][];
  water: number[][][];
  streams: number[][];
  labels: [number, number, number, string[]][];
  credit: string;
}

interface Course {
  at: Float64Array;
  box: Box;
}

interface GroundRoad {
  rank: number;
  name: string;
  courses: Course[];
}

interface GroundLabel {
  rank: number;
  at: LatLon;
  name: string;
}

interface ReadGround {
  roads: GroundRoad[];
  water: Course[][];
  streams: Course[];
  labels: GroundLabel[];
  credit: string;
}

/** What of the square of the projection a canvas shows: a point lies at scale times its place, plus x and y. */
interface GroundView {
  scale: number;
  x: number;
  y: number;
  size: L.Point;
  zoom: number;
  box: Box;
}

type StreetWords = Record<"streets" | "coast" | "north", string>;
type Child = Node | string | null;

/** Of a tile's feature at a zoom: whether it is drawn. */
type TileFilter = (zoom: number, feature: { props: Record<string, unknown> }) => boolean;

type PaintRule = import("protomaps-leaflet").PaintRule;

declare const protomapsL: typeof import("protomaps-leaflet");

declare namespace L {
  interface Layer {
    feature?: MapFeature<unknown>;
  }
}
