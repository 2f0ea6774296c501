// Shapes that the server sends and the scripts share; read by the type check alone.

/** A column of a register. */
interface ColumnSpec {
  name: string;
  title: string;
  meaning: string;
  kind: string;
  required: boolean;
  most: number;
  is_fixed: boolean;
  words: Record<string, string>;
}

type Cells = Record<string, string>;

/** A row as the server tells it; without cells it was removed. */
interface ToldRow {
  key: string;
  seen: number;
  by: string | null;
  at: string;
  cells: Cells | null;
}

/** A row as the grid holds it: its cells, and beside them where they come from. */
interface Data {
  // biome-ignore lint/suspicious/noExplicitAny: cells are text; what stands beside them is not
  [field: string]: any;
  _key: string;
  _seen: number;
  _was: Cells;
}

interface Put {
  key: string | null;
  seen: number;
  was: Cells | null;
  cells: Cells;
}

interface Drop {
  key: string;
  seen: number;
  was?: Cells | null;
}

interface CellFault {
  key: string;
  field: string;
  place: string;
  message: string;
}

declare const Tabulator: typeof import("tabulator-tables").TabulatorFull;
