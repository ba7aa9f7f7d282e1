import { parseJson } from "../common/json";

/** Reads one JSON object of strings as it arrives, without keeping it. */
export interface MemberNames {
  read(text: string): void;
  /** Whether one complete JSON object with only string members was read. */
  isWhole(): boolean;
}

/** Longer than any member of a server's list; if nothing can be parsed within this length, it is not such a list. */
const LONGEST_MEMBER = 65_536;

interface Reading {
  place: "before" | "first" | "next" | "after" | "broken";
  /** Received text that is not parsed yet. */
  rest: string;
}

/**
 * Finds the names in a list of a Chef server, `{"name": "uri", …}`, which for 100,000 nodes is an object of 10 MB or more.
 *
 * @param visit gets each name; it may be a substring of a longer text in memory, so copy it to keep it
 */
export function createMemberNames(visit: (name: string) => void): MemberNames {
  const reading: Reading = { place: "before", rest: "" };
  return {
    read: (text) => {
      if (reading.place === "broken") {
        return;
      }
      reading.rest += text;
      while (step(reading, visit)) {}
      if (reading.rest.length > LONGEST_MEMBER) {
        Object.assign(reading, { place: "broken", rest: "" });
      }
    },
    isWhole: () => reading.place === "after" && reading.rest.trim() === "",
  };
}

/**
 * Parses one more token.
 *
 * @returns whether there was one
 */
function step(reading: Reading, visit: (name: string) => void): boolean {
  switch (reading.place) {
    case "before":
      return take(reading, /^\s*\{/, () => "first");
    case "first":
      return take(reading, /^\s*\}/, () => "after") || member(reading, visit);
    case "next":
      return member(reading, visit);
    default:
      return false;
  }
}

function member(reading: Reading, visit: (name: string) => void): boolean {
  const pattern = /^\s*"([^"\\]*(?:\\.[^"\\]*)*)"\s*:\s*"[^"\\]*(?:\\.[^"\\]*)*"\s*([,}])/;
  return take(reading, pattern, ([, escaped = "", end]) => {
    const name = unescaped(escaped);
    if (typeof name !== "string") {
      return "broken";
    }
    visit(name);
    return end === "," ? "next" : "after";
  });
}

function take(reading: Reading, pattern: RegExp, next: (found: RegExpExecArray) => Reading["place"]): boolean {
  const found = pattern.exec(reading.rest);
  if (found) {
    reading.rest = reading.rest.slice(found[0].length);
    reading.place = next(found);
  }
  return found !== null;
}

/** Undefined for an invalid JSON escape. */
function unescaped(text: string): unknown {
  return text.includes("\\") ? parseJson(`"${text}"`) : text;
}
