import { isRecord, type JsonRecord, parseJson } from "../common/json";

/**
 * Size in bytes from which a response counts as large. Large responses are read and parsed one at a time; the others wait with their first
 * part.
 */
export const LARGE_ANSWER = 64 * 1024;

/**
 * Maximum bytes that parsing may take according to `weightOf`: together with the text, far less than a function of 256 MB has available.
 */
const HEAVIEST = 64 * 1024 * 1024;

/** Lets one at a time through. */
export interface Lane {
  /** @returns when it is this one's turn, and a function to call when it is done or no longer waits */
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
 * The JSON document of a complete response; undefined if it is not JSON. Of a large one, only the parts that this library uses are kept,
 * see `ChefNode`, so that many concurrent ones take little memory.
 *
 * @throws an error with the code EMSGSIZE if the document would take more memory than is available
 */
export function documentOf(text: string): unknown {
  if (text.length < LARGE_ANSWER) return parseJson(text);
  if (weightOf(text) > HEAVIEST) throw tooDense(text.length);
  return keptOf(parseJson(text));
}

/**
 * Upper limit of the memory that a parsed JSON text takes, as measured with Node 20. Structural characters inside strings are counted too,
 * which is on the safe side.
 */
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

/**
 * The members of a document that are neither lists nor objects, and those of `automatic` and `automatic.ec2`; for a search, those of its
 * rows.
 */
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

/** Copied, since a substring may keep the whole text in memory. */
function shallow(record: JsonRecord): JsonRecord {
  const own = Object.entries(record).filter(([, value]) => typeof value !== "object" || value === null);
  return JSON.parse(JSON.stringify(Object.fromEntries(own)));
}

function tooDense(length: number): Error {
  const megabytes = Math.ceil(length / 1024 / 1024);
  const message = `the response, ${megabytes} MB of dense JSON, would need more memory than is available`;
  return Object.assign(new Error(message), { code: "EMSGSIZE" });
}
