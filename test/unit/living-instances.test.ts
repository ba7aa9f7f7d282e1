import assert from "node:assert/strict";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { livingAmong } from "../../reaper/cleanup/living-instances";
import { instanceId } from "../helpers/chef-objects";

const ids = [1, 2, 3, 4].map(instanceId);
const [RUNNING = "", TERMINATED = "", , LEFT_OUT = ""] = ids;
const STATES: Readonly<Record<string, string>> = {
  [RUNNING]: "running",
  [TERMINATED]: "terminated",
  [LEFT_OUT]: "running",
};

/** EC2, whose answers to a filter may leave instances out; asked by id, it names the ones that it does not know. */
function ec2(listed: (id: string) => boolean, refusal = "InvalidInstanceID.NotFound"): EC2Client {
  const client = new EC2Client({ region: "us-east-1" });
  const answer = (found: readonly string[]) => ({
    Reservations: [{ Instances: found.map((InstanceId) => ({ InstanceId, State: { Name: STATES[InstanceId] } })) }],
  });
  client.send = (async (command: unknown) => {
    assert.ok(command instanceof DescribeInstancesCommand);
    const { Filters: [filter] = [], InstanceIds: asked = [] } = command.input;
    if (filter) return answer((filter.Values ?? []).filter((id) => id in STATES && listed(id)));
    const unknown = asked.filter((id) => !(id in STATES));
    if (unknown.length === 0) return answer(asked);
    throw Object.assign(new Error(`The instance IDs '${unknown.join(", ")}' do not exist`), { name: refusal });
  }) as never;
  return client;
}

describe("the instances that are alive when a group is destroyed", () => {
  it("are those that EC2 reports, and none that it says it does not know", async () => {
    const living = await livingAmong(
      ec2(() => true),
      ids,
    );
    assert.deepEqual(
      [...living],
      [RUNNING, LEFT_OUT].map((id) => [id, "running"]),
    );
  });

  it("include those that EC2's list leaves out", async () => {
    for (const listed of [(id: string) => id !== LEFT_OUT, () => false]) {
      const living = await livingAmong(ec2(listed), ids);
      assert.deepEqual([...living.keys()].sort(), [RUNNING, LEFT_OUT]);
    }
  });

  it("are not known if EC2 refuses to answer by id", async () => {
    const denied = ec2(() => false, "UnauthorizedOperation");
    await assert.rejects(livingAmong(denied, ids), { name: "UnauthorizedOperation" });
  });
});
