import assert from "node:assert/strict";
import fc from "fast-check";
import {
  afterAnswer,
  afterRefusal,
  afterSilence,
  askedPauseMs,
  openPace,
  type Pace,
  type PaceLimits,
  retryAfterMs,
} from "../../chef/pace";

const limits = fc.record({
  window: fc.integer({ min: 1, max: 64 }),
  perSecond: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 0.2, max: 500, noNaN: true })),
});

const event = fc.record({
  kind: fc.constantFrom("answer" as const, "refusal" as const, "silence" as const),
  lastsMs: fc.integer({ min: 0, max: 9000 }),
  perSecond: fc.double({ min: 0.01, max: 2000, noNaN: true }),
  retryAfterMs: fc.integer({ min: 0, max: 10_000_000 }),
});

describe("the pace of requests", () => {
  it("stays above zero and within the user's limits, whatever the server does", () => {
    const property = fc.property(limits, fc.array(event, { maxLength: 200 }), (bounds, events) => {
      let pace = openPace(bounds);
      let now = 0;
      for (const { kind, lastsMs, perSecond, retryAfterMs } of events) {
        const sent = { sentAt: now, endedAt: now + lastsMs, perSecond };
        now += lastsMs;
        pace = { answer: afterAnswer, refusal: refused, silence: silent }[kind](pace, bounds);
        assert.ok(pace.window >= 1 && pace.window <= bounds.window, `window ${pace.window}`);
        assert.ok(pace.perSecond >= Math.min(1, bounds.perSecond) && pace.perSecond <= bounds.perSecond);
        assert.ok(pace.pausedUntil <= now + 300_000, "no pause is longer than five minutes");

        function refused(before: Pace): Pace {
          return afterRefusal(before, sent, retryAfterMs);
        }
        function silent(before: Pace): Pace {
          return afterSilence(before, sent);
        }
      }
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("is reduced once for all concurrent requests, and pauses for the longest requested time", () => {
    const first = afterRefusal(openPace({ window: 16, perSecond: 100 }), sent(0, 10, 100), 2000);
    const second = afterRefusal(first, sent(5, 11, 100), 9000);
    assert.deepEqual([first.perSecond, second.perSecond], [70, 70]);
    assert.deepEqual([first.pausedUntil, second.pausedUntil], [2010, 9011]);
    assert.equal(afterRefusal(second, sent(20, 30, 70)).perSecond, 49);
    const silent = afterSilence(openPace({ window: 16, perSecond: 100 }), sent(0, 8000, 2));
    assert.equal(silent.window, 8);
    assert.equal(afterSilence(silent, sent(1, 8001, 2)).window, 8);
  });

  it("returns to full speed after the server's trouble is over", () => {
    const bounds = { window: 16, perSecond: 300 };
    let pace = openPace(bounds);
    for (let round = 1; round < 20; round++) {
      pace = afterRefusal(afterSilence(pace, sent(round, round + 0.1, 300)), sent(round + 0.2, round + 0.3, 300));
    }
    assert.deepEqual([pace.window, pace.perSecond], [1, 1]);
    let seconds = 0;
    for (; pace.perSecond < 300 && seconds < 120; seconds++) {
      for (let answers = Math.ceil(pace.perSecond); answers > 0; answers--) pace = afterAnswer(pace, bounds);
    }
    assert.ok(seconds < 60, `${seconds} seconds from one request a second to 300`);
    assert.equal(pace.window, 16);
  });

  it("settles around the server's rate limit, with few refusals", () => {
    const property = fc.property(fc.integer({ min: 10, max: 500 }), (allowed) => {
      const { accepted, refused } = thirtySeconds(allowed);
      assert.ok(accepted > 0.6 * 30 * allowed, `${accepted} of ${30 * allowed} were used`);
      assert.ok(refused < 0.15 * accepted, `${refused} refused, ${accepted} accepted`);
    });
    fc.assert(property, { numRuns: 50 });
  });

  it("reads both forms of Retry-After and nothing else", () => {
    const now = Date.parse("2026-11-22T12:00:00Z");
    assert.equal(retryAfterMs("120", now), 120_000);
    assert.equal(retryAfterMs("Sun, 22 Nov 2026 12:00:30 GMT", now), 30_000);
    assert.equal(retryAfterMs("Sun, 22 Nov 2026 11:00:00 GMT", now), 0);
    for (const header of [undefined, "", "soon"]) assert.equal(retryAfterMs(header, now), undefined);
  });

  it("compares a date with the server's own clock, if the server shows it", () => {
    const retryAfter = "Sun, 22 Nov 2026 12:00:30 GMT";
    const now = Date.parse("2026-11-22T12:10:00Z");
    assert.equal(askedPauseMs({ retryAfter, date: "Sun, 22 Nov 2026 12:00:00 GMT" }, now), 30_000);
    for (const date of [undefined, "", "soon"]) assert.equal(askedPauseMs({ retryAfter, date }, now), 0);
    assert.equal(askedPauseMs({ date: "Sun, 22 Nov 2026 12:00:00 GMT" }, now), undefined);
  });
});

function sent(sentAt: number, endedAt: number, perSecond: number) {
  return { sentAt, endedAt, perSecond };
}

/** A server with a token bucket that is filled every tenth of a second and refuses requests while it is empty. The first second does not count. */
function thirtySeconds(allowed: number): { accepted: number; refused: number } {
  const bounds: PaceLimits = { window: 16, perSecond: 1000 };
  const total = { accepted: 0, refused: 0 };
  let pace = openPace(bounds);
  let owed = 0;
  let tokens = 0;
  for (let tick = 0; tick < 310; tick++) {
    owed += pace.perSecond / 10;
    tokens = Math.min(Math.max(1, allowed / 5), tokens + allowed / 10);
    for (; owed >= 1; owed--) {
      const time = tick * 100;
      const accepted = tokens >= 1;
      pace = accepted ? afterAnswer(pace, bounds) : afterRefusal(pace, sent(time, time + 1, pace.perSecond));
      if (accepted) tokens--;
      if (tick >= 10) total[accepted ? "accepted" : "refused"]++;
    }
  }
  return total;
}
