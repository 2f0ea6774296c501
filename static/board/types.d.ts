// The state of a draft as the server tells it; read by the type check alone. Minutes count from H.

interface Score {
  missed: number;
  exposure: number;
  changes: number;
  cost: number;
}

interface BoardPlace {
  kind: "officer" | "vehicle" | "squad" | "unit" | "team" | "site" | "suspect" | "place";
  id: string;
}

interface Violation {
  rule: string;
  title: string;
  text: string;
  places: BoardPlace[];
}

interface BoardOfficer {
  name: string;
  agency: string;
  rank: number;
  skills: string[];
  city: string;
  base: string;
  sounds: string;
}

interface BoardVehicle {
  label: string;
  seats: number;
  cells: number;
  base: string;
  city: string;
}

interface BoardSite {
  label: string;
  city: string;
  risk: "low" | "medium" | "high";
  suspects: string[];
}

interface BoardRaid {
  id: string;
  start: number;
  end: number;
}

/** A squad; or, with its kind, an escort or forensic unit, which has no doors. */
interface BoardUnit {
  id: string;
  kind?: "escort" | "forensic";
  officers: string[];
  vehicles: string[];
  begun: boolean;
  leader?: string | null;
  guards?: string[];
  sites?: BoardRaid[];
  leave?: number | null;
  margin?: number | null;
}

interface BoardTeam {
  id: string;
  name: string;
  city: string;
  commander: string;
  assembly: { id: string; name: string };
  squads: BoardUnit[];
}

interface BoardState {
  version: number;
  can_undo: boolean;
  can_redo: boolean;
  is_sound: boolean;
  last: string | null;
  by: string;
  score: { before: Score; after: Score };
  violations: Violation[];
  teams: BoardTeam[];
  loose: BoardUnit[];
  units: BoardUnit[];
  reserve: { officers: string[]; vehicles: string[] };
  skipped: string[];
  officers: Record<string, BoardOfficer>;
  vehicles: Record<string, BoardVehicle>;
  sites: Record<string, BoardSite>;
}

type Move = Record<string, string | number | string[] | null>;

interface Fit {
  move: Move;
  text: string;
  difference: Score;
  violations: Violation[];
  num_violations: number;
}
