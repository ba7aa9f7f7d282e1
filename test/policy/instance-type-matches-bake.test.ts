import assert from "node:assert/strict";
import type { PolicyResource, ReportViolation, StackValidationArgs } from "@pulumi/policy";
import { instanceTypeMatchesBake } from "../../policy/instance-type-matches-bake";

function resource(type: string, props: Record<string, unknown>, imageFrom: PolicyResource[] = []): PolicyResource {
  const name = type.split(":").at(-1) as string;
  const urn = `urn:pulumi:test::fleet::${type}::${name}`;
  const propertyDependencies = { imageId: imageFrom };
  return { type, name, urn, props, dependencies: imageFrom, propertyDependencies } as unknown as PolicyResource;
}

async function violations(...resources: PolicyResource[]): Promise<string[]> {
  const said: string[] = [];
  const report = ((message: string) => void said.push(message)) as ReportViolation;
  const rule = instanceTypeMatchesBake.validateStack;
  assert.ok(typeof rule === "function");
  await rule({ resources } as unknown as StackValidationArgs, report);
  return said;
}

const bake = (type: string) => resource("command:local:Command", { environment: { BAKE_INSTANCE_TYPE: type } });

describe("policy: instance-type-matches-bake", () => {
  for (const kind of ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/launchConfiguration:LaunchConfiguration"]) {
    it(`passes a ${kind.split(":").at(-1)} that runs the type that baked`, async () => {
      const source = bake("t3.small");
      assert.deepEqual(await violations(source, resource(kind, { instanceType: "t3.small" }, [source])), []);
    });

    it(`stops a ${kind.split(":").at(-1)} that runs another, and says how to mend it`, async () => {
      const source = bake("m7i.large");
      const [message, ...more] = await violations(source, resource(kind, { instanceType: "t3.small" }, [source]));
      assert.match(
        message as string,
        /runs 't3.small' on an image that is baked on 'm7i.large'; bake and run one type/,
      );
      assert.deepEqual(more, []);
    });
  }

  it("says nothing of an image that no bake of this stack made", async () => {
    const template = resource("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "t3.small", imageId: "ami-1" });
    assert.deepEqual(await violations(bake("m7i.large"), template), []);
  });

  it("says nothing of a command that is no bake", async () => {
    const command = resource("command:local:Command", { environment: { HOME: "/root" } });
    const template = resource("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "t3.small" }, [command]);
    assert.deepEqual(await violations(command, template), []);
  });
});
