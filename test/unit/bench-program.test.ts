import assert from "node:assert/strict";
import { join } from "node:path";
import { plainResources } from "../../bench/program/plain";
import { projectRoot } from "../../lab/services/places";

describe("the benchmark of a preview", () => {
  it("finds the provider resources of a typical group, which it declares by hand for comparison", async () => {
    const types = (await plainResources(join(projectRoot, "components"))).map(({ type }) => type);
    for (const type of ["aws:autoscaling/group:Group", "aws:sqs/queue:Queue", "aws:lambda/function:Function"]) {
      assert.ok(types.includes(type), type);
    }
  });
});
