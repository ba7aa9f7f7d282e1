import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { importsOf, roomOf, sourcesIn } from "./imports";

const FILE = join(__dirname, "architecture.svg");

const ROOMS = [
  "index.ts",
  "stacks",
  "components",
  "policy",
  "cli",
  "packer",
  "rollout",
  "reaper",
  "chef",
  "aws",
  "contract",
  "common",
];

const WIDTH = 560;
const BOX = { width: 126, height: 40 };
const FLOOR_HEIGHT = 88;
const MARGIN = 12;

interface Room {
  readonly name: string;
  /** Other folders that its files import. */
  readonly below: readonly string[];
}

type Floors = ReadonlyMap<string, number>;

/** docs/architecture.svg: which folder imports which, derived from the files. Indirect imports are left out. */
export function architectureDocument(): string {
  const rooms = ROOMS.map(roomNamed);
  const floors = new Map(rooms.map(({ name }) => [name, floorOf(name, rooms)]));
  const top = Math.max(...floors.values());
  const places = new Map(rooms.map((room) => [room.name, placeOf(room, rooms, floors, top)]));
  const height = top * FLOOR_HEIGHT + BOX.height + 2 * MARGIN;
  const arrows = rooms.flatMap((room) => direct(room, rooms).map((below) => drawArrow(room.name, below, places)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${spoken(rooms)}" font-family="system-ui, sans-serif" font-size="17">
<style>${STYLE}</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>
${[...arrows, ...rooms.map((room) => drawRoom(room, places))].join("\n")}
</svg>
`;
}

const STYLE = `
.box { fill: #e7f0ff; stroke: #1f5fbf } text { fill: #1f2328; text-anchor: middle }
.line { stroke: #57606a; stroke-width: 1.5; fill: none; marker-end: url(#arrow) } .head { fill: #57606a }
@media (prefers-color-scheme: dark) {
.box { fill: #14233b; stroke: #5a9bff } text { fill: #e6edf3 } .line { stroke: #8b949e } .head { fill: #8b949e }
}
`;

function roomNamed(name: string): Room {
  const rooms = sourcesIn(name)
    .flatMap(importsOf)
    .map(({ to }) => roomOf(to));
  return { name, below: ROOMS.filter((other) => other !== name && rooms.includes(other)) };
}

/** Just below the lowest of those that import it; if nothing does, above everything that it imports. */
function floorOf(name: string, rooms: readonly Room[]): number {
  const above = rooms.filter(({ below }) => below.includes(name));
  if (above.length > 0) return Math.min(...above.map((room) => floorOf(room.name, rooms))) - 1;
  return heightOf(name, rooms);
}

function heightOf(name: string, rooms: readonly Room[]): number {
  const { below = [] } = rooms.find((room) => room.name === name) ?? {};
  return below.length === 0 ? 0 : 1 + Math.max(...below.map((other) => heightOf(other, rooms)));
}

/** Imports that are not also imported by another imported folder. */
function direct({ below }: Room, rooms: readonly Room[]): string[] {
  const reached = (name: string): string[] => {
    const next = rooms.find((room) => room.name === name)?.below ?? [];
    return [...next, ...next.flatMap(reached)];
  };
  return below.filter((name) => !below.some((other) => reached(other).includes(name)));
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function placeOf({ name }: Room, rooms: readonly Room[], floors: Floors, top: number): Place {
  const floor = floors.get(name) ?? 0;
  const beside = rooms.filter((room) => floors.get(room.name) === floor);
  const index = beside.findIndex((room) => room.name === name);
  return { x: ((index + 0.5) * WIDTH) / beside.length, y: MARGIN + (top - floor) * FLOOR_HEIGHT };
}

function drawArrow(from: string, to: string, places: ReadonlyMap<string, Place>): string {
  const [start, end] = [places.get(from) as Place, places.get(to) as Place];
  const [y, target] = [start.y + BOX.height, end.y - 2];
  // Straight down past the levels in between, if there are any
  const turn = target - (FLOOR_HEIGHT - BOX.height - 2);
  const bend = (turn + target) / 2;
  return `<path class="line" d="M${start.x} ${y}V${turn}C${start.x} ${bend} ${end.x} ${bend} ${end.x} ${target}"/>`;
}

function drawRoom({ name }: Room, places: ReadonlyMap<string, Place>): string {
  const { x, y } = places.get(name) as Place;
  const box = `<rect class="box" x="${x - BOX.width / 2}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="8"/>`;
  const shown = name.endsWith(".ts") ? name : `${name}/`;
  return `<g>${box}<text x="${x}" y="${y + 26}">${shown}</text></g>`;
}

function spoken(rooms: readonly Room[]): string {
  return rooms
    .map(({ name, below }) => `${name} imports ${below.length > 0 ? below.join(", ") : "none of these"}`)
    .join("; ");
}

if (require.main === module) writeFileSync(FILE, architectureDocument());
