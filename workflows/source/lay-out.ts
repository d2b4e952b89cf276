import { SECTIONS, type Section, type Step } from "./step.ts";

const COLUMN_WIDTH = 220;
const ROW_HEIGHT = 200;
const NODE_SIZE = 100;
const NOTE_TOP = -340;

interface Note {
  name: string;
  content: string;
  position: [number, number];
  width: number;
  height: number;
  color: number;
}

export interface Layout {
  positions: Map<string, [number, number]>;
  notes: Note[];
}

/** Left to right: a step stands right of all that lead to it, a section right of the section before it. */
export function layOut(steps: Step[], overview: string, notes: Partial<Record<Section, string>>): Layout {
  const columns = new Map<string, number>();
  const extents = new Map<Section, { first: number; last: number }>();
  let first = 0;
  for (const section of SECTIONS) {
    const own = steps.filter((step) => step.section === section);
    if (own.length === 0) continue;
    for (const step of own) columns.set(step.name, first);
    settleColumns(own, columns);
    const last = Math.max(...own.map((step) => columns.get(step.name) ?? first));
    extents.set(section, { first, last });
    first = last + 1;
  }
  const positions = new Map<string, [number, number]>();
  for (const { name, row = 0 } of steps)
    positions.set(name, [(columns.get(name) ?? 0) * COLUMN_WIDTH, row * ROW_HEIGHT]);
  refuseOverlaps(positions);
  const bottom = Math.max(...steps.map(({ row = 0 }) => row)) * ROW_HEIGHT + NODE_SIZE + 80;
  return {
    positions,
    notes: [
      {
        name: "About This Workflow",
        content: overview,
        position: [-3 * COLUMN_WIDTH, NOTE_TOP],
        width: 3 * COLUMN_WIDTH - 80,
        height: 780,
        color: 4,
      },
      ...[...extents].flatMap(([section, extent]) => {
        const content = notes[section];
        return content === undefined ? [] : [noteBehind(section, content, extent, bottom)];
      }),
    ],
  };
}

/** Longest paths. A graph of n steps is settled after n rounds, or it has a cycle. */
function settleColumns(steps: Step[], columns: Map<string, number>): void {
  const own = new Set(steps.map(({ name }) => name));
  for (let round = 0; round <= steps.length; round++) {
    let hasMoved = false;
    for (const step of steps) {
      const right = (columns.get(step.name) ?? 0) + 1;
      for (const next of step.next.flat()) {
        if (!own.has(next) || (columns.get(next) ?? 0) >= right) continue;
        columns.set(next, right);
        hasMoved = true;
      }
    }
    if (!hasMoved) return;
  }
  throw new Error("The steps of a section form a cycle: n8n would run them without end.");
}

function refuseOverlaps(positions: Map<string, [number, number]>): void {
  const taken = new Map<string, string>();
  for (const [name, position] of positions) {
    const other = taken.get(String(position));
    if (other !== undefined) throw new Error(`"${name}" would lie on "${other}": give one of them another row.`);
    taken.set(String(position), name);
  }
}

const COLORS: Record<Section, number> = { verify: 7, claim: 5, work: 6, report: 3 };

const noteBehind = (
  section: Section,
  content: string,
  { first, last }: { first: number; last: number },
  bottom: number,
): Note => ({
  name: `About ${section}`,
  content,
  position: [first * COLUMN_WIDTH - 50, NOTE_TOP],
  width: (last - first) * COLUMN_WIDTH + NODE_SIZE + 100,
  height: bottom - NOTE_TOP,
  color: COLORS[section],
});
