import { parseJson } from "./json";

/** Reads one JSON object of texts as it arrives, and keeps none of it. */
export interface MemberNames {
  read(text: string): void;
  /** Whether what was read is one whole JSON object whose members are all texts. */
  isWhole(): boolean;
}

/** No member of a server's list is as long; what cannot be read until then is no such list. */
const LONGEST_MEMBER = 65_536;

interface Reading {
  place: "before" | "first" | "next" | "after" | "broken";
  /** What arrived and was not made out yet. */
  rest: string;
}

/**
 * Finds the names in a list of a Chef server, `{"name": "uri", …}`, which for 100,000 nodes is an object of 10 MB and more.
 * @param visit gets each name; it may be a part of a longer text in memory, so that whoever keeps it copies it
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

/** Makes out one more part. @returns whether there was one */
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

/** Undefined where an escape is none of JSON's. */
function unescaped(text: string): unknown {
  return text.includes("\\") ? parseJson(`"${text}"`) : text;
}
