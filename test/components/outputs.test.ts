import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { outputsOf } from "../../components/outputs/outputs-of";

class Component extends pulumi.ComponentResource {
  readonly url = pulumi.output("https://example.com");
  readonly port = pulumi.output(443);
  readonly title = "no output";
  readonly missing = undefined;

  constructor(readonly args: object) {
    super("test:index:Component", "one");
  }
}

describe("the outputs that a component registers", () => {
  before(() => pulumi.runtime.setMocks({ call: async () => ({}), newResource: async () => ({ id: "", state: {} }) }));

  it("are all its fields that are outputs, without its URN", () => {
    assert.deepEqual(Object.keys(outputsOf(new Component({ secret: "x" }))).sort(), ["port", "url"]);
  });
});
