import assert from "node:assert/strict";
import type { Fault } from "../../helpers/fault-proxy";
import { concurrently } from "./concurrently";
import { createDrain, type Drain, termination, until } from "./drain";
import { useRoom } from "./room";
import { randomNumbers, seed } from "./seed";
import type { Worker } from "./worker-process";

const KILLED_MESSAGES = 300;
const KILLS = 10;
/** For each message, the reaper sends one request to EC2 and three to the Chef server. */
const LEAST_REQUESTS = 4 * KILLED_MESSAGES;

describe("faults of the queue, and of the worker itself", function () {
  this.timeout(300_000);
  const room = useRoom();

  concurrently({
    [`killed with -9 at ten points of a ${KILLED_MESSAGES}-message drain (seed ${seed})`]: async () => {
      const drain = await createDrain(room(), { dead: KILLED_MESSAGES - 10, terminated: 10 });
      await drain.announce(drain.fleet.dead);
      const kills = await killAtRandom(drain);
      await drain.untilEmpty();
      assert.equal(kills(), KILLS);
      await drain.assertDone();
      await drain.close();
    },

    "the queue unavailable for a while, in four ways": async () => {
      const drain = await createDrain(room(), { dead: 60 });
      const outages: readonly Fault[] = [{ status: 503, body: "" }, "hang-up", "garbage", "silence"];
      let outage: Fault = "pass";
      drain.sqs.setFault(() => outage);
      const worker = drain.startWorker();
      for (const [index, fault] of outages.entries()) {
        await drain.announce(drain.fleet.dead.filter((_, number) => number % outages.length === index));
        await until(() => worker.lines.some(({ decision }) => decision === "acknowledged"), "the drain has begun");
        const seen = drain.sqs.seen.length;
        outage = fault;
        await until(() => drain.sqs.seen.length > seen, "the outage is met");
        await new Promise((resolve) => setTimeout(resolve, 1500));
        outage = "pass";
      }
      await drain.untilEmpty();
      await drain.assertDone();
      await worker.stop();
      await drain.close();
    },

    "the dead-letter queue unavailable for a while: the message stays": async () => {
      const drain = await createDrain(room(), { dead: 3, living: 2 });
      let down = true;
      drain.sqs.setFault(({ body }) =>
        down && body.includes(drain.queue.deadName) ? { status: 503, body: "" } : "pass",
      );
      await drain.announce([...drain.fleet.living, ...drain.fleet.dead]);
      const worker = drain.startWorker();
      const troubled = () => worker.lines.filter(({ trouble = "" }) => /stays in the queue/.test(trouble)).length;
      await until(() => troubled() === 2, "both are refused by the dead letters");
      assert.deepEqual(await drain.queue.takeDeadLetters(), []);
      assert.ok((await drain.queue.size()) >= 2);
      down = false;
      await drain.untilEmpty();
      await drain.assertDone(drain.fleet.living.map((id) => new RegExp(`${id} is running`)));
      await drain.close();
    },

    "answers lost on their way back from the queue: set aside again, as the same message, and none is lost":
      async () => {
        const drain = await createDrain(room(), { dead: 4, living: 4 });
        const lost = { "AmazonSQS.SendMessage": 2, "AmazonSQS.DeleteMessageBatch": 1 };
        drain.sqs.setFault(({ headers }) => {
          const call = String(headers["x-amz-target"]) as keyof typeof lost;
          return lost[call] > 0 && lost[call]-- > 0 ? "half-body" : "pass";
        });
        await drain.announce([...drain.fleet.living, ...drain.fleet.dead]);
        drain.startWorker();
        await drain.untilEmpty();
        const letters = await drain.queue.takeDeadLetters();
        assert.deepEqual(lost, { "AmazonSQS.SendMessage": 0, "AmazonSQS.DeleteMessageBatch": 0 });
        assert.ok(letters.length > 4, "what SQS took and did not confirm is there twice");
        assert.equal(
          new Set(letters.map(({ earlierId }) => earlierId)).size,
          4,
          "and can be told by the id that it had",
        );
        assert.deepEqual([...new Set(letters.map(({ cause }) => cause))], ["alive"]);
        await drain.assertDone();
        await drain.close();
      },

    "more receives than the queue allows: SQS sets the message aside, and a redrive ends it": async () => {
      const drain = await createDrain(room(), { dead: 1, maxReceiveCount: 2 });
      const { group, dead } = drain.fleet;
      drain.chef.setFault(() => ({ status: 500 }));
      const body = JSON.stringify(termination(group, dead[0] ?? ""));
      await drain.queue.send([body]);
      drain.startWorker();
      await drain.untilEmpty();
      const [letter, ...more] = await drain.queue.takeDeadLetters();
      assert.deepEqual([letter?.body, letter?.cause, letter?.reason, more], [body, undefined, undefined, []]);
      assert.equal((await drain.fleet.count()).nodesLeft.length, 1, "nothing was removed unproven");
      drain.chef.setFault(() => "pass");
      await drain.queue.send([body]);
      await drain.untilEmpty();
      await drain.assertDone();
      await drain.close();
    },

    "EC2 answering empty for the whole drain: nothing moves, for dead and living": async () => {
      const drain = await createDrain(room(), { dead: 10, living: 5 });
      const all = [...drain.fleet.dead, ...drain.fleet.living];
      const empty =
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet/></DescribeInstancesResponse>';
      drain.ec2.setFault(() => ({ status: 200, body: empty, headers: { "Content-Type": "text/xml" } }));
      await drain.announce(all);
      const worker = drain.startWorker();
      await until(
        () => worker.lines.filter(({ decision }) => decision === "retry").length >= all.length,
        "all are tried",
      );
      assert.equal(await drain.queue.size(), all.length);
      assert.equal(drain.chef.seen.length, 0, "the Chef server was not even asked");
      drain.ec2.setFault(() => "pass");
      await drain.untilEmpty();
      await drain.assertDone(drain.fleet.living.map((id) => new RegExp(`${id} is running`)));
      await drain.close();
    },
  });
});

/** Kills the worker at random requests to any server, and starts another. @returns the number of kills so far */
async function killAtRandom(drain: Drain): Promise<() => number> {
  const random = randomNumbers(seed);
  const points = Array.from({ length: KILLS }, () => Math.floor(random() * LEAST_REQUESTS * 0.95)).sort(
    (a, b) => a - b,
  );
  let worker: Worker = drain.startWorker();
  let dying: Promise<void> | undefined;
  let requests = 0;
  const count = (): Fault => {
    if (++requests >= (points[0] ?? Number.POSITIVE_INFINITY) && dying === undefined) {
      points.shift();
      dying = worker.kill().then(() => {
        worker = drain.startWorker();
        dying = undefined;
      });
    }
    return "pass";
  };
  for (const proxy of [drain.chef, drain.ec2, drain.sqs]) proxy.setFault(count);
  return () => KILLS - points.length;
}
