import assert from "node:assert/strict";
import { nodeName } from "../../../chef/names";
import { register } from "../../helpers/chef-objects";
import { envelope, event, notification } from "../../helpers/messages";
import { concurrently } from "./concurrently";
import { createDrain, termination, until } from "./drain";
import { useRoom } from "./room";
import type { WorkerOptions } from "./worker-process";

const LONG_AGO = { EndTime: "1969-12-31T23:59:59Z", Time: "0001-01-01T00:00:00Z" };

describe("faults of delivery", function () {
  this.timeout(240_000);
  const room = useRoom();

  concurrently({
    "every message twice and out of order": async () => {
      const drain = await createDrain(room(), { dead: 30, terminated: 10 });
      await drain.announce([...drain.fleet.dead, ...drain.fleet.dead].reverse());
      drain.startWorker();
      await drain.untilEmpty();
      await drain.assertDone();
      await drain.close();
    },

    "every message ten times at the same time, to two workers and a function": async () => {
      const drain = await createDrain(room(), { dead: 12 });
      await drain.announce(drain.fleet.dead.flatMap((id) => Array.from({ length: 10 }, () => id)));
      const [, , lambda] = [drain.startWorker(), drain.startWorker(), drain.startFunction()];
      await drain.untilEmpty();
      await lambda.stop();
      await drain.assertDone();
      await drain.close();
    },

    "messages for running instances, in every shape": async () => {
      const drain = await createDrain(room(), { dead: 5, living: 4 });
      const { group, living, dead } = drain.fleet;
      const shapes = living.flatMap((id) => [
        termination(group, id),
        envelope(termination(group, id)),
        event("EC2 Instance Terminate Successful", termination(group, id)),
      ]);
      await drain.queue.send(shapes.map((shape) => JSON.stringify(shape)));
      await drain.announce(dead);
      drain.startWorker();
      await drain.untilEmpty();
      await drain.assertDone(living.flatMap((id) => Array(3).fill(new RegExp(`${id} is running`))));
      await drain.close();
    },

    "messages that contradict themselves, for running instances and dead ones": async () => {
      const drain = await createDrain(room(), { dead: 3, living: 3 });
      const { group, living, dead } = drain.fleet;
      const elsewhere = "arn:aws:autoscaling:us-east-1:999999999999:autoScalingGroup:1:autoScalingGroupName/";
      const forged = [...living, ...dead].flatMap((id) => {
        const message = termination(group, id);
        return [
          { ...message, AccountId: "999999999999" },
          { ...message, AutoScalingGroupARN: `${elsewhere}${group}` },
          { ...message, AutoScalingGroupARN: String(message.AutoScalingGroupARN).replace(group, `${group}-2`) },
          envelope(message, { TopicArn: "arn:aws:sns:us-east-1:999999999999:fleet" }),
          { ...event("EC2 Instance Terminate Successful", message), region: "eu-west-1" },
        ];
      });
      const bodies = forged.map((shape) => JSON.stringify(shape));
      await drain.queue.send(bodies);
      await drain.announce(dead);
      const worker = drain.startWorker();
      await drain.untilEmpty();
      const letters = await drain.queue.takeDeadLetters();
      const trouble = worker.lines.filter(({ level, message }) => level === "error" && message !== "settled");
      assert.deepEqual(trouble, []);
      assert.deepEqual(letters.map(({ body }) => body).sort(), bodies.sort());
      assert.deepEqual([...new Set(letters.map(({ cause }) => cause))], ["contradictory"]);
      await drain.assertDone();
      await drain.close();
    },

    "messages for running instances of another region, which EC2 here does not know": async () => {
      const drain = await createDrain(room(), { living: 3, ec2: room().ec2Elsewhere });
      const { group, living } = drain.fleet;
      const arn = `arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:1:autoScalingGroupName/${group}`;
      const shapes = living.flatMap((id) => {
        const place = { AutoScalingGroupARN: arn, Details: { "Availability Zone": "eu-west-1a" } };
        const message = { ...termination(group, id), ...place };
        const told = event("EC2 Instance Terminate Successful", message);
        const TopicArn = "arn:aws:sns:eu-west-1:123456789012:fleet";
        return [message, envelope(message, { TopicArn }), { ...told, region: "eu-west-1" }];
      });
      await drain.queue.send(shapes.map((shape) => JSON.stringify(shape)));
      drain.startWorker();
      await drain.untilEmpty();
      await drain.assertDone(shapes.map(() => /unknown to EC2 in 'us-east-1', but its group is in 'eu-west-1'/));
      await drain.close();
    },

    "messages of groups whose names begin alike, and of groups of somebody else": async () => {
      const drain = await createDrain(room(), { dead: 3 });
      const { group, dead } = drain.fleet;
      const others = [`${group}-2`, `${group}-i`, `${group}.`, group.toUpperCase(), group.slice(0, -1), "__proto__"];
      await drain.queue.send(others.map((other) => JSON.stringify(termination(other, dead[0] ?? ""))));
      await drain.announce(dead);
      drain.startWorker();
      await drain.untilEmpty();
      await drain.assertDone(others.map((other) => new RegExp(`'${other.replace(".", "\\.")}' is not one of this`)));
      await drain.close();
    },

    "events whose times are absurd": async () => {
      const drain = await createDrain(room(), { dead: 12, graceSeconds: 8 });
      const { group, dead } = drain.fleet;
      const times = [
        "9999-12-31T23:59:59Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01",
        "+275760-09-13T00:00:00Z",
        1e308,
        "5",
      ];
      const bodies = dead.map((id, index) => {
        const time = times[index % times.length];
        return JSON.stringify(notification(group, id, { StartTime: 1e308, EndTime: time, Time: time }));
      });
      await drain.queue.send(bodies);
      drain.startWorker();
      await drain.untilEmpty();
      await drain.assertDone();
      await drain.close();
    },

    "nodes that register after their instance died, whatever time the message claims": () =>
      registerLate((index) => (index % 2 ? LONG_AGO : {})),

    "the same, by a clock that is 14 minutes ahead, which the Chef server lets pass": () =>
      registerLate(() => ({}), { clockShiftSeconds: 840 }),

    "an image with a stale client.pem, whose instances all use the first one's node": async () => {
      const drain = await createDrain(room(), { dead: 2, living: 2 });
      const { group, dead, living } = drain.fleet;
      const [first = "", second = ""] = dead;
      // The first node was overwritten by a running instance; the second was never created, since that instance used the first one too.
      await drain.unregister(first);
      await drain.unregister(second);
      const stolen = nodeName(group, first);
      await register(drain.admin, stolen, room().publicKey, living[0]);
      await drain.announce(dead);
      drain.startWorker();
      await drain.untilEmpty();
      assert.ok(
        (await drain.admin.getNode(stolen)) && (await drain.admin.getClient(stolen)),
        "the living one keeps it",
      );
      await drain.unregister(first);
      await drain.assertDone([new RegExp(`carries the id of another instance, '${living[0]}'`)]);
      await drain.close();
    },
  });

  /** Announces instances without nodes, waits until every message was processed once, and only then registers them. */
  async function registerLate(changes: (index: number) => object, options: WorkerOptions = {}): Promise<void> {
    const drain = await createDrain(room(), { dead: 6, graceSeconds: 60 });
    const { group, dead } = drain.fleet;
    for (const id of dead) await drain.unregister(id);
    const bodies = dead.map((id, index) => ({ ...termination(group, id), ...changes(index) }));
    await drain.queue.send(bodies.map((body) => JSON.stringify(body)));
    const worker = drain.startWorker(options);
    const looks = () => worker.lines.filter(({ message }) => message === "settled").length;
    await until(() => looks() >= dead.length, "a first look");
    assert.equal(await drain.queue.size(), dead.length, "all of them may still be registering");
    for (const id of dead) await register(drain.admin, nodeName(group, id), room().publicKey, id);
    await drain.untilEmpty();
    await drain.assertDone();
    await drain.close();
  }
});
