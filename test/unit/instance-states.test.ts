import assert from "node:assert/strict";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { createInstanceStates } from "../../reaper/instances/instance-states";
import { instanceId } from "../helpers/chef-objects";

const ids = Array.from({ length: 250 }, (_, index) => instanceId(index));

/** An EC2 client that answers from `answer` instead of the network, and keeps what it was asked. */
function ec2(answer: (asked: readonly string[]) => Record<string, string>) {
  const asked: string[][] = [];
  const client = new EC2Client({ region: "us-east-1" });
  client.send = (async (command: unknown) => {
    assert.ok(command instanceof DescribeInstancesCommand);
    const wanted = command.input.InstanceIds ?? [];
    asked.push(wanted);
    const states = Object.entries(answer(wanted));
    return { Reservations: states.map(([InstanceId, Name]) => ({ Instances: [{ InstanceId, State: { Name } }] })) };
  }) as never;
  return { client, asked };
}

function unknown(missing: readonly string[]): never {
  const text = `The instance IDs '${missing.join(", ")}' do not exist`;
  throw Object.assign(new Error(text), { name: "InvalidInstanceID.NotFound" });
}

describe("the states of instances", () => {
  it("are requested a hundred at a time, each once", async () => {
    const { client, asked } = ec2((wanted) => Object.fromEntries(wanted.map((id) => [id, "terminated"])));
    const stateOf = createInstanceStates(client);
    const states = await Promise.all([...ids, ...ids.slice(0, 3)].map(stateOf));
    assert.deepEqual(
      asked.map(({ length }) => length),
      [100, 100, 53],
    );
    assert.ok(states.every(({ gone, name }) => gone && name === "terminated"));
    await stateOf(ids[0] ?? "");
    assert.equal(asked.length, 4, "nothing is remembered: a state is asked for anew with each message");
  });

  it("are requested in one call if they were wanted during an earlier call", async () => {
    const wanted: Promise<unknown>[] = [];
    const { client, asked } = ec2((batch) => {
      if (asked.length === 1) wanted.push(...ids.slice(1, 60).map(stateOf));
      return Object.fromEntries(batch.map((id) => [id, "terminated"]));
    });
    const stateOf = createInstanceStates(client);
    await stateOf(ids[0] ?? "");
    await Promise.all(wanted);
    assert.deepEqual(
      asked.map(({ length }) => length),
      [1, 59],
    );
  });

  it("are not lost if others are unknown to EC2", async () => {
    const gone = ids.slice(0, 3);
    const { client, asked } = ec2((wanted) => {
      const missing = wanted.filter((id) => gone.includes(id));
      return missing.length > 0 ? unknown(missing) : Object.fromEntries(wanted.map((id) => [id, "running"]));
    });
    const states = await Promise.all(ids.slice(0, 10).map(createInstanceStates(client)));
    assert.deepEqual(
      states.map(({ name }) => name),
      [...Array(3).fill("unknown"), ...Array(7).fill("running")],
    );
    assert.deepEqual(
      states.map((state) => state.gone),
      [...Array(3).fill(true), ...Array(7).fill(false)],
    );
    assert.equal(asked.length, 2);
  });

  it("are not lost if EC2 calls another id malformed, or refuses it without naming it", async () => {
    const [odd = "", ...others] = ids.slice(0, 10);
    const malformed = (wanted: readonly string[]): never => {
      const text = `Invalid id: "${wanted[0]}"`;
      throw Object.assign(new Error(text), { name: "InvalidInstanceID.Malformed" });
    };
    for (const refuse of [malformed, () => unknown([])]) {
      const { client } = ec2((wanted) =>
        wanted.includes(odd) ? refuse(wanted) : Object.fromEntries(wanted.map((id) => [id, "terminated"])),
      );
      const stateOf = createInstanceStates(client);
      const [first, ...rest] = await Promise.all([odd, ...others].map(stateOf));
      assert.ok(rest.every(({ gone, name }) => gone && name === "terminated"));
      assert.equal(first?.gone, refuse !== malformed, "alone, EC2 need not name it");
      if (refuse === malformed) assert.equal(first?.cause, "not-understood");
    }
  });

  it("prove nothing if EC2's response lacks an instance, refuses naming another, or fails", async () => {
    const empty = createInstanceStates(ec2(() => ({})).client);
    await assert.rejects(empty(ids[0] ?? ""), /proves nothing/);
    const others = createInstanceStates(ec2(() => unknown(["i-0123456789"])).client);
    for (const result of await Promise.allSettled(ids.slice(0, 2).map(others))) {
      assert.equal(result.status, "rejected");
    }
    const down = createInstanceStates(ec2(() => assert.fail("EC2 is down")).client);
    await assert.rejects(Promise.all(ids.slice(0, 2).map(down)), /EC2 is down/);
    const partly = createInstanceStates(ec2(() => ({ [ids[0] ?? ""]: "terminated" })).client);
    const [first, second] = await Promise.allSettled(ids.slice(0, 2).map(partly));
    assert.deepEqual([first?.status, second?.status], ["fulfilled", "rejected"]);
  });
});
