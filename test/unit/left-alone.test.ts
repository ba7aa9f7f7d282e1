import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { nodeName } from "../../chef/names";
import type { CleanupState } from "../../reaper/cleanup/cleanup-state";
import { leftAlone } from "../../reaper/cleanup/left-alone";
import { instanceId } from "../helpers/chef-objects";

const STATE: CleanupState = {
  groupName: "web",
  region: "eu-west-3",
  serverUrl: "https://chef.example.com/organizations/acme",
  operator: { name: "the operator's", key: { ssmParameter: "/chef/operator.pem" } },
  onDestroy: "remove",
  waitSeconds: 600,
  version: "1.0.0",
  program: "dist/providers/cleanup.js",
};

describe("the report of nodes that a destroy kept", () => {
  const named = (count: number, why: string) =>
    Array.from({ length: count }, (_, index) => ({ name: nodeName("web", instanceId(index)), why }));

  it("is empty if it kept none", () => {
    assert.deepEqual(leftAlone(STATE, { living: [], foreign: [] }), []);
  });

  it("names every living instance, and a command that can be pasted into a shell", () => {
    const [line = "", ...more] = leftAlone(STATE, { living: named(30, "running"), foreign: [] });
    assert.deepEqual(more, []);
    assert.match(line, /^Instances that were detached from group "web" are still alive.* web-i-0+1d \(running\)/);
    const command = line.slice(line.indexOf("chef-autoscaling reap") + "chef-autoscaling".length);
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
      .trimEnd()
      .split("\n");
    const ids = named(30, "").map((_, index) => instanceId(index));
    const where = [
      "--group-destroyed",
      "--group",
      "web",
      "--region",
      "eu-west-3",
      "--chef-server-url",
      STATE.serverUrl,
    ];
    const who = ["--chef-client", "the operator's", "--chef-key", '{"ssmParameter":"/chef/operator.pem"}'];
    assert.deepEqual(words, ["reap", ...ids, ...where, ...who]);
  });

  it("counts further names of others: the Chef server has them", () => {
    const [line = ""] = leftAlone(STATE, { living: [], foreign: named(1000, "the node ran in another region") });
    assert.match(line, /are kept on the Chef server, because others use them: .* and 990 more$/);
    assert.equal(line.split("another region").length - 1, 10);
  });
});
