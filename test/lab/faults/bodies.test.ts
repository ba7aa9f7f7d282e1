import assert from "node:assert/strict";
import fc from "fast-check";
import { isDeadLetterCause } from "../../../reaper/message/dead-letter-cause";
import { createDrain, type Drain } from "./drain";
import { NOTHING_LOST_OR_LEFT } from "./fleet";
import { LARGEST_BODY, malformedBodies } from "./malformed";
import { useRoom } from "./room";
import { seed } from "./seed";
import type { Shell } from "./worker-process";

describe("faults of bodies", function () {
  this.timeout(300_000);
  const room = useRoom();

  it(`2,000 malformed bodies, through the worker (seed ${seed})`, () =>
    sendMalformed(2000, (drain) => drain.startWorker()));
  it(`300 malformed bodies, through the function (seed ${seed})`, () =>
    sendMalformed(300, (drain) => drain.startFunction()));

  /** The instances are dead and have nodes, so if one body were taken for a message, something would be removed. */
  async function sendMalformed(count: number, start: (drain: Drain) => Shell): Promise<void> {
    const drain = await createDrain(room(), { dead: 3, environment: { REAPER_CONCURRENCY: "100" } });
    const { group, dead } = drain.fleet;
    const arbitrary = fc.oneof(...dead.map((id) => malformedBodies(group, id)));
    const bodies = [...fc.sample(arbitrary, { numRuns: count - 1, seed }), LARGEST_BODY];
    await drain.queue.send(bodies);
    const shell = start(drain);
    await drain.untilEmpty();
    const letters = await drain.queue.takeDeadLetters();
    assert.deepEqual(letters.map(({ body }) => body).sort(), bodies.sort(), "each is in the dead letters once");
    const silent = letters.filter(({ reason, body }) => !reason && body !== LARGEST_BODY);
    assert.deepEqual(silent, [], "each with its reason");
    const uncoded = letters.filter(({ cause, body }) => !isDeadLetterCause(cause) && body !== LARGEST_BODY);
    assert.deepEqual(uncoded, [], "each with its cause");
    const names = dead.map((id) => `${group}-${id}`);
    assert.deepEqual(await drain.fleet.count(), { ...NOTHING_LOST_OR_LEFT, nodesLeft: names, clientsLeft: names });
    await drain.announce(dead);
    await drain.untilEmpty();
    await drain.assertDone();
    await shell.stop();
    await drain.close();
  }
});
