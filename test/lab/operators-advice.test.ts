import assert from "node:assert/strict";
import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CreateKeyPairCommand,
  DescribeKeyPairsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DisableRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { chefOptions, followAdvice, setAttributes } from "../helpers/advice-follower";
import { instanceId, register } from "../helpers/chef-objects";
import { notification } from "../helpers/messages";
import { useOperatorsHand } from "../helpers/operators-hand";
import { createQueues } from "../helpers/operators-lab";
import { baseImage, members } from "./emulator-fleet";
import { eventually } from "./emulator-process";

const ACCOUNT = "123456789012";
const HOUR = 3600;
const WORLD = "world";

/** A problem: how it comes about, the command that meets it, and the command's first output. */
interface Trouble {
  /** Creates the problem. @returns the command */
  readonly meet: () => Promise<readonly string[]>;
  readonly code: number;
  readonly says: RegExp;
  /** Events that the advice waits for. */
  readonly [WORLD]?: Readonly<Record<string, () => Promise<void>>>;
  /** Asserts that what the user wanted is done. */
  readonly done: () => Promise<void>;
  readonly environment?: NodeJS.ProcessEnv;
}

describe("following the advice of a refusal literally solves the problem", function () {
  this.timeout(180_000);
  const hand = useOperatorsHand();
  let made = 0;
  let id = "";
  let other = "";
  let queues = { queueUrl: "", deadLetterQueueUrl: "" };

  beforeEach(async () => {
    id = instanceId(0x1000 + ++made);
    queues = await createQueues(hand.lab.clients.queues, `advice-${made}`);
  });

  /** Launches an instance that belongs to no group. */
  async function launch(): Promise<string> {
    const run = { ImageId: await baseImage(hand.lab.clients), InstanceType: "t3.small" as const };
    const { Instances } = await hand.lab.clients.ec2.send(
      new RunInstancesCommand({ ...run, MinCount: 1, MaxCount: 1 }),
    );
    return Instances?.[0]?.InstanceId ?? "";
  }

  const terminate = async (one: string) => {
    await hand.lab.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [one] }));
  };
  const outputs = () => ["--outputs", hand.lab.outputs];
  const reap = (one: string, ...more: string[]) => ["reap", one, ...more, ...outputs()];
  const nothingLeft = async () => {
    const lives = hand.node(hand.running);
    const left = [...(await hand.nodes()), ...(await hand.ours())].filter((name) => name !== lives);
    assert.deepEqual(left, []);
  };
  const gone = (name: () => string) => async () => {
    assert.equal(await hand.lab.chef.getNode(name()), undefined);
    assert.equal(await hand.lab.chef.getClient(name()), undefined);
  };

  /** Creates a node and client that report where and when the node ran. */
  async function node(name: string, ran: Readonly<Record<string, unknown>>, secondsAgo = 2 * HOUR): Promise<void> {
    await hand.lab.chef.deleteNode(name);
    await hand.lab.chef.deleteClient(name);
    const { instance_id = /i-[0-9a-f]+$/.exec(name)?.[0], ...place } = ran;
    const more = { ohai_time: Date.now() / 1000 - secondsAgo, ec2: { instance_id, ...place } };
    await register(hand.lab.chef, name, hand.publicKey, String(instance_id), more);
  }

  async function wants(MinSize: number): Promise<void> {
    const size = { MinSize, DesiredCapacity: MinSize };
    await hand.lab.clients.groups.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: hand.lab.group, ...size }),
    );
    await eventually(60, `${MinSize} instances`, async () =>
      (await members(hand.lab.clients, hand.lab.group)).length === MinSize ? true : undefined,
    );
  }

  const HERE = { region: "us-east-1", account_id: ACCOUNT };

  const REAP: Readonly<Record<string, Trouble>> = {
    "it lives": {
      meet: async () => {
        other = await launch();
        await node(hand.node(other), HERE);
        return reap(other);
      },
      code: 4,
      says: /is running, so its node must not be removed/,
      done: nothingLeft,
    },
    "its node carries the id of another instance, which runs": {
      meet: async () => {
        other = await launch();
        await node(hand.node(id), { ...HERE, instance_id: other });
        return reap(id);
      },
      code: 4,
      says: /carries the id of another instance/,
      [WORLD]: { "the other instance goes": () => terminate(other) },
      done: nothingLeft,
    },
    "something converged as its node lately": {
      meet: async () => {
        await node(hand.node(id), HERE, 60);
        return reap(id);
      },
      code: 4,
      says: /something converged under its node name 1 minutes ago/,
      [WORLD]: { "an hour passes": () => node(hand.node(id), HERE, 61 * 60) },
      done: nothingLeft,
    },
    "the region is another one, where the group is gone": {
      meet: async () => {
        await node(hand.node(id), { ...HERE, region: "eu-west-1" });
        return reap(id);
      },
      code: 4,
      says: /the node ran in another region, 'eu-west-1'/,
      done: nothingLeft,
    },
    "the group is gone": {
      meet: async () => {
        await node(`gone-${id}`, HERE);
        return ["reap", id, "--group", "gone", "--function", "web-reaper"];
      },
      code: 4,
      says: /there is no group 'gone' in us-east-1, account 123456789012 any more/,
      done: gone(() => `gone-${id}`),
    },
    "nothing shows that it ever ran here": {
      meet: async () => {
        await register(hand.lab.chef, `elsewhere-${id}`, hand.publicKey);
        return ["reap", id, "--group", "elsewhere", "--function", "web-reaper"];
      },
      code: 4,
      says: /there is no proof that the instance ever ran there/,
      done: gone(() => `elsewhere-${id}`),
    },
    "the group is misspelt, which the outputs know": {
      meet: async () => {
        await node(hand.node(id), HERE);
        return reap(id, "--group", "test-wbe");
      },
      code: 2,
      says: /'--group' is 'test-wbe', the outputs have 'test-web'; did you mean 'test-web'\?/,
      done: nothingLeft,
    },
    "the group is misspelt, which Auto Scaling knows": {
      meet: async () => {
        await node(hand.node(id), HERE);
        return ["reap", id, "--group", "tset-web", "--function", "web-reaper"];
      },
      code: 4,
      says: /there is no group 'tset-web' in us-east-1.*did you mean 'test-web'\?/s,
      done: nothingLeft,
    },
    "the Chef server is down": {
      meet: async () => {
        await node(hand.node(id), HERE);
        await hand.lab.server.stop();
        return reap(id);
      },
      code: 1,
      says: /unreachable/,
      [WORLD]: { "it is mended": () => hand.lab.server.start() },
      done: nothingLeft,
    },
  };

  const reconcile = (...more: string[]) => ["reconcile", ...more, "--grace", "0", ...outputs()];

  const RECONCILE: Readonly<Record<string, Trouble>> = {
    "more is left over than one run may remove": {
      meet: async () => {
        await node(hand.node(hand.running), HERE);
        for (const number of [1, 2, 3]) await node(hand.node(instanceId(0x2000 + number)), HERE);
        return reconcile("--max-count", "1");
      },
      code: 4,
      says: /stopped: 3 of 4 names are left over/,
      done: nothingLeft,
    },
    "the group is gone, and its nodes ran here": {
      meet: async () => {
        for (const number of [1, 2]) await node(`old-${instanceId(0x3000 + number)}`, HERE);
        return ["reconcile", "--group", "old", "--function", "web-reaper"];
      },
      code: 4,
      says: /Auto Scaling knows no group 'old'/,
      done: gone(() => `old-${instanceId(0x3001)}`),
    },
    "the nodes ran in another region": {
      meet: async () => {
        await node(`far-${id}`, { ...HERE, region: "eu-west-1" });
        return ["reconcile", "--group", "far", ...chefOptions(hand)];
      },
      code: 4,
      says: /its nodes report that they ran in eu-west-1/,
      done: gone(() => `far-${id}`),
    },
    "the group is misspelt": {
      meet: async () => ["reconcile", "--group", "test_webb", "--function", "web-reaper"],
      code: 4,
      says: /the Chef server has no 'test_webb-i-…' either: did you mean 'test-web'\?/,
      done: nothingLeft,
    },
    "a node says nothing of itself": {
      meet: async () => {
        await node(hand.node(hand.running), HERE);
        await register(hand.lab.chef, hand.node(id), hand.publicKey);
        return reconcile();
      },
      code: 3,
      says: /kept: neither EC2 nor the group's scaling activities know the instance/,
      done: nothingLeft,
    },
    "no instance lives though the group wants one": {
      meet: async () => {
        await node(hand.node(id), HERE);
        return reconcile("--max-share", "1");
      },
      code: 4,
      says: /none of 1 names has a living instance/,
      [WORLD]: { "the group wants none": () => wants(0) },
      done: nothingLeft,
    },
  };

  const where = () => ["--queue-url", queues.queueUrl, "--dead-letter-queue-url", queues.deadLetterQueueUrl];
  const redrive = () => ["redrive", ...where(), ...outputs()];
  const noDeadLetter = async () => {
    const { code, stdout } = await hand.lab.run(redrive());
    assert.deepEqual([code, /no dead letters/.test(stdout)], [0, true], stdout);
  };

  async function deadLetter(body: unknown, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
    const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
    const entries = Object.entries(attributes).map(([name, StringValue]) => [
      name,
      { DataType: "String", StringValue },
    ]);
    await hand.lab.clients.queues.send(
      new SendMessageCommand({
        QueueUrl: queues.deadLetterQueueUrl,
        MessageBody,
        MessageAttributes: Object.fromEntries(entries),
      }),
    );
  }

  /** A dead letter that stays until its advice is followed. */
  const letter = (body: () => unknown, says: RegExp, world?: Trouble["world"]): Trouble => ({
    meet: async () => {
      await deadLetter(body());
      return redrive();
    },
    code: 3,
    says,
    [WORLD]: world,
    done: noDeadLetter,
  });

  const told = (changes: Record<string, unknown> = {}) => notification(hand.lab.group, id, changes);
  const elsewhere = `arn:aws:autoscaling:eu-west-1:${ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/test-web`;

  const REDRIVE: Readonly<Record<string, Trouble>> = {
    "its instance lives": {
      ...letter(() => notification(hand.lab.group, other), /is running/, {
        "the instance is terminated": () => terminate(other),
      }),
      meet: async () => {
        other = await launch();
        await deadLetter(notification(hand.lab.group, other));
        return redrive();
      },
    },
    "it contradicts itself": letter(() => told({ AccountId: "999999999999" }), /contradicts itself about the account/),
    "it is of a group of somebody else": letter(() => notification("other", id), /is not one of this reaper's/),
    "nobody understands it": letter(() => "nonsense", /the body is not a JSON object/),
    "it is of another region": letter(
      () => told({ AutoScalingGroupARN: elsewhere, Details: { "Availability Zone": "eu-west-1a" } }),
      /unknown to EC2 in 'us-east-1', but its group is in 'eu-west-1'/,
    ),
    "its node carries another instance's id": {
      ...letter(() => told(), /carries the id of another instance/),
      meet: async () => {
        await node(hand.node(id), { ...HERE, instance_id: instanceId(0x4000) });
        await deadLetter(told());
        return redrive();
      },
    },
    "the operator may not delete": {
      meet: async () => {
        hand.proxy.setFault(({ method, headers }) =>
          method === "DELETE" && headers["x-ops-userid"] === "admin" ? { status: 403 } : "pass",
        );
        await deadLetter(told());
        return [...redrive(), "--chef-server-url", hand.proxy.url];
      },
      code: 3,
      says: /'admin' may not delete/,
      [WORLD]: { "an administrator runs the commands": async () => hand.proxy.setFault(() => "pass") },
      done: noDeadLetter,
    },
    "nobody can be asked": {
      meet: async () => {
        hand.proxy.setFault(() => "hang-up");
        await deadLetter(told());
        return [...redrive(), "--chef-server-url", hand.proxy.url];
      },
      code: 1,
      says: /stopped: the Chef server or AWS does not respond; fix that and run this again/,
      [WORLD]: { "it is mended": async () => hand.proxy.setFault(() => "pass") },
      done: noDeadLetter,
    },
    "the queues are the wrong way round": {
      meet: async () => {
        await deadLetter(told());
        const [, queue = "", , dead = ""] = where();
        return ["redrive", "--queue-url", dead, "--dead-letter-queue-url", queue, ...outputs()];
      },
      code: 2,
      says: /are swapped/,
      done: noDeadLetter,
    },
    "a queue is given by its name": {
      meet: async () => {
        await deadLetter(told());
        return ["redrive", "--queue-url", `advice-${made}`, ...where().slice(2), ...outputs()];
      },
      code: 2,
      says: /not a URL/,
      done: noDeadLetter,
    },
    "the dead letters are another queue's": {
      meet: async () => {
        await deadLetter(told());
        const { deadLetterQueueUrl } = await createQueues(hand.lab.clients.queues, `stranger-${made}`);
        return ["redrive", ...where().slice(0, 2), "--dead-letter-queue-url", deadLetterQueueUrl, ...outputs()];
      },
      code: 2,
      says: /do not belong together/,
      done: noDeadLetter,
    },
  };

  async function keyPairs(): Promise<string[]> {
    const { KeyPairs = [] } = await hand.lab.clients.ec2.send(new DescribeKeyPairsCommand({}));
    return KeyPairs.map(({ KeyName = "" }) => KeyName);
  }

  const SWEEP: Readonly<Record<string, Trouble>> = {
    "no region is named": {
      meet: async () => ["sweep"],
      code: 2,
      says: /'--region' is missing/,
      done: async () => undefined,
      environment: { AWS_REGION: undefined },
    },
    "the Chef server is named by halves": {
      meet: async () => ["sweep", "--chef-client", "admin"],
      code: 2,
      says: /belong together; give all three/,
      done: async () => undefined,
    },
  };

  /** Keeping something is not a failure, but a user may want it removed. */
  const KEPT: Readonly<Record<string, Omit<Trouble, "code">>> = {
    "a bake may still use it": {
      meet: async () => {
        await hand.lab.clients.ec2.send(new CreateKeyPairCommand({ KeyName: "bake-web-0123abcd" }));
        return ["sweep"];
      },
      says: /kept +key pair bake-web-0123abcd .*its bake started 0 minutes ago/,
      done: async () => assert.deepEqual(await keyPairs(), []),
    },
    "nothing tells its age": {
      meet: async () => {
        await hand.lab.chef.createClient({ name: "bake-web-4567cdef", publicKey: hand.publicKey });
        return ["sweep", ...chefOptions(hand)];
      },
      says: /kept +node and client bake-web-4567cdef .*its age is unknown/,
      done: gone(() => "bake-web-4567cdef"),
    },
  };

  const doctor = (...more: string[]) => ["doctor", "--read-only", ...more, ...outputs()];
  const lambda = () => new LambdaClient(hand.lab.client);
  const allIsWell = async () => {
    const { code, stdout } = await hand.lab.run(doctor());
    assert.equal(code, 0, stdout);
  };

  const DOCTOR: Readonly<Record<string, Trouble>> = {
    "the group is misspelt": {
      meet: async () => ["doctor", "--read-only", "--group", "tset-web", "--function", "web-reaper"],
      code: 1,
      says: /there is no group 'tset-web'/,
      done: allIsWell,
    },
    "nobody reconciles": {
      meet: async () => {
        await new EventBridgeClient(hand.lab.client).send(new DisableRuleCommand({ Name: "web-reaper-reconcile" }));
        return doctor();
      },
      code: 1,
      says: /the rule 'web-reaper-reconcile' is disabled/,
      done: allIsWell,
    },
    "the function never runs": {
      meet: async () => {
        const none = { FunctionName: "web-reaper", ReservedConcurrentExecutions: 0 };
        await lambda().send(new PutFunctionConcurrencyCommand(none));
        return doctor();
      },
      code: 1,
      says: /its reserved concurrency is 0/,
      done: allIsWell,
    },
    "the queue does not call the function": {
      meet: async () => {
        const { EventSourceMappings = [] } = await lambda().send(new ListEventSourceMappingsCommand({}));
        const disable = { UUID: EventSourceMappings[0]?.UUID, Enabled: false };
        await lambda().send(new UpdateEventSourceMappingCommand(disable));
        return doctor();
      },
      code: 1,
      says: /its event source mapping is Disabl/,
      done: allIsWell,
    },
    "messages come back while they are worked on, and dead letters are kept shortly": {
      meet: async () => {
        const { queueUrl: QueueUrl, deadLetterQueueUrl } = hand.lab;
        await setAttributes(hand, QueueUrl, { VisibilityTimeout: "30" });
        await setAttributes(hand, deadLetterQueueUrl, { MessageRetentionPeriod: "345600" });
        return doctor("--queue-url", QueueUrl, "--dead-letter-queue-url", deadLetterQueueUrl);
      },
      code: 3,
      says: /dead letters are kept for 4 days, less than the queue's 14 days/,
      done: allIsWell,
    },
    "a killed doctor left a node": {
      meet: async () => {
        await register(hand.lab.chef, "chef-autoscaling-doctor-left", hand.publicKey);
        return doctor();
      },
      code: 3,
      says: /chef-autoscaling-doctor-left/,
      done: allIsWell,
    },
  };

  const ROLLOUT: Readonly<Record<string, Trouble>> = {
    "the group is misspelt": {
      meet: async () => ["rollout", "status", "--group", "tset-web"],
      code: 2,
      says: /'--group' is 'tset-web', which does not exist in us-east-1; did you mean 'test-web'\?/,
      done: async () => undefined,
    },
  };

  const TROUBLES = {
    doctor: DOCTOR,
    rollout: ROLLOUT,
    reap: REAP,
    reconcile: RECONCILE,
    redrive: REDRIVE,
    sweep: SWEEP,
  };
  for (const [command, troubles] of Object.entries(TROUBLES)) {
    for (const [title, { meet, code, says, world, done, environment }] of Object.entries(troubles)) {
      it(`${command}: ${title}`, async () => {
        const runs = await followAdvice(hand, await meet(), world, environment);
        assert.equal(runs[0]?.code, code, runs[0]?.stdout);
        assert.match(`${runs[0]?.stdout}${runs[0]?.stderr}`, says);
        assert.ok(runs.length > 1, "there was something to follow");
        await done();
      });
    }
  }

  for (const [title, { meet, says, done }] of Object.entries(KEPT)) {
    it(`sweep: ${title}`, async () => {
      const args = await meet();
      const { stdout, stderr } = await hand.lab.run(args);
      assert.match(stdout, says, stderr);
      const [, flag = "", value] = /'(--[a-z-]+)(?: (\d+))?' removes it/.exec(stdout) ?? [];
      const followed = await hand.lab.run([...args, flag, ...(value ? [value] : [])]);
      assert.equal(followed.code, 0, followed.stdout);
      await done();
    });
  }
});
