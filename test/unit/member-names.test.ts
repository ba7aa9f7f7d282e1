import assert from "node:assert/strict";
import fc from "fast-check";
import { createMemberNames } from "../../chef/member-names";

function read(parts: readonly string[]): { readonly names: string[]; readonly whole: boolean } {
  const names: string[] = [];
  const members = createMemberNames((name) => names.push(name));
  for (const part of parts) members.read(part);
  return { names, whole: members.isWhole() };
}

/** Splits a text at the given positions. */
function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => text.slice(from, [...sorted, text.length][index]));
}

describe("the names in a server's list", () => {
  it("are those that JSON.parse finds, wherever the pieces end", () => {
    const texts = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(texts, fc.array(fc.nat(2000)), fc.constantFrom(undefined, 2), (members, places, indent) => {
        const text = JSON.stringify(members, undefined, indent);
        assert.deepEqual(read(cut(text, places)), { names: Object.keys(JSON.parse(text)), whole: true });
      }),
    );
  });

  it("are empty for an empty list", () => {
    assert.deepEqual(read([" { ", " }\n"]), { names: [], whole: true });
  });

  it("never count as complete for invalid JSON, or for anything but an object of strings", () => {
    const wrong = ["", "{", '{"a"', '{"a":"b"', '{"a":"b",', '{"a":"b",}', '{"a":"b"}{', "<html></html>", "[]", "null"];
    for (const text of [
      ...wrong,
      '{"a":1}',
      '{"a":{"b":"c"}}',
      '{"a":null}',
      '{"\\q":"b"}',
      '"a"',
      "x".repeat(200_000),
    ]) {
      assert.equal(read([text]).whole, false, text.slice(0, 40));
    }
  });

  it("never count as complete in a truncated list", () => {
    const text = JSON.stringify({ "web-1": "http://a/nodes/web-1", "web-2": "http://a/nodes/web-2" });
    for (let length = 0; length < text.length; length++) assert.equal(read([text.slice(0, length)]).whole, false);
  });
});
