import assert from "node:assert/strict";
import { until } from "../../lab/story/until";

describe("waiting", () => {
  it("returns what was found and shows every attempt", async () => {
    const shown: string[] = [];
    let looks = 0;
    const found = await until({
      what: "the third look",
      timeoutSeconds: 5,
      everyMilliseconds: 1,
      onSeen: (seen) => shown.push(seen),
      look: async () => {
        looks += 1;
        return { seen: `look ${looks}`, found: looks === 3 ? looks : undefined };
      },
    });
    assert.equal(found, 3);
    assert.deepEqual(shown, ["look 1", "look 2", "look 3"]);
  });

  it("reports after the timeout what was seen last", async () => {
    const waiting = until({
      what: "the alarm",
      timeoutSeconds: 0.01,
      everyMilliseconds: 5,
      look: async () => ({ seen: "state OK" }),
    });
    await assert.rejects(waiting, { message: "waited 0.01 s for the alarm, saw last: state OK" });
  });
});
