import { isRecord, type JsonRecord, parseJson } from "./json";

/** Bytes from which on an answer is a large one. Of these one at a time is read and parsed, the others wait with their beginning. */
export const LARGE_ANSWER = 64 * 1024;

/** Bytes that parsing may take by `weightOf`: with the text itself far below what a function of 256 MB has left. */
const HEAVIEST = 64 * 1024 * 1024;

/** Lets one at a time through. */
export interface Lane {
  /** @returns when it is this one's turn, and how it says that it is done, or waits no more */
  enter(): { readonly turn: Promise<void>; leave(): void };
}

export function createLane(): Lane {
  let last = Promise.resolve();
  return {
    enter: () => {
      let leave = (): void => undefined;
      const left = new Promise<void>((resolve) => {
        leave = resolve;
      });
      const turn = last;
      last = turn.then(() => left);
      return { turn, leave };
    },
  };
}

/**
 * The JSON document in a whole answer; undefined where it is none. Of a large one only what this library relies on is kept, see
 * `ChefNode`, so that many at a time take little.
 * @throws an error with the code EMSGSIZE where the document would take more memory than there is
 */
export function documentOf(text: string): unknown {
  if (text.length < LARGE_ANSWER) return parseJson(text);
  if (weightOf(text) > HEAVIEST) throw tooDense(text.length);
  return keptOf(parseJson(text));
}

/** The most bytes that the parts of a JSON text take once they are parsed, as measured with Node 20. Inside of texts the signs count too, which is on the safe side. */
function weightOf(text: string): number {
  let weight = 2 * text.length;
  for (let at = 0; at < text.length; at++) weight += WEIGHTS[text.charCodeAt(at)] ?? 0;
  return weight;
}

const WEIGHTS: Readonly<Record<number, number>> = {
  [",".charCodeAt(0)]: 16,
  [":".charCodeAt(0)]: 80,
  ["[".charCodeAt(0)]: 80,
  ["{".charCodeAt(0)]: 120,
};

/** A document's own values that are neither lists nor objects, and those of `automatic` and `automatic.ec2`; of a search its rows so. */
function keptOf(document: unknown): unknown {
  if (!isRecord(document)) return undefined;
  const kept: JsonRecord = shallow(document);
  if (isRecord(document.automatic)) {
    const { ec2 } = document.automatic;
    kept.automatic = { ...shallow(document.automatic), ...(isRecord(ec2) ? { ec2: shallow(ec2) } : {}) };
  }
  if (Array.isArray(document.rows)) kept.rows = document.rows.map((row) => (isRecord(row) ? shallow(row) : null));
  return kept;
}

/** Copied, since a part of a text may hold on to the whole of it. */
function shallow(record: JsonRecord): JsonRecord {
  const own = Object.entries(record).filter(([, value]) => typeof value !== "object" || value === null);
  return JSON.parse(JSON.stringify(Object.fromEntries(own)));
}

function tooDense(length: number): Error {
  const megabytes = Math.ceil(length / 1024 / 1024);
  const message = `the response, ${megabytes} MB of dense JSON, would need more memory than is available`;
  return Object.assign(new Error(message), { code: "EMSGSIZE" });
}
