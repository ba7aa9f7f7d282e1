/** Drives resources through the lab's aws provider as an engine does, for the tests of this folder. */
import assert from "node:assert/strict";
import { awsProvider } from "../../lab/providers/aws/provider";
import type { Provider } from "../../lab/providers/provider";
import type { Properties } from "../../lab/providers/values";

const log = () => {};

export interface Made {
  readonly id: string;
  readonly outputs: Properties;
  update(inputs: Properties): Promise<Properties>;
  /** Deletes the resource, deletes it again, and asserts that it no longer exists. */
  delete(): Promise<void>;
}

/** A provider for us-east-1. */
export async function usEast1(): Promise<Provider> {
  const provider = awsProvider();
  await provider.configure({ region: "us-east-1", defaultTags: '{"tags":{"owner":"lab"}}' });
  return provider;
}

/** Creates a resource of this type. @returns the operations on it */
export async function make(provider: Provider, type: string, name: string, given: Properties): Promise<Made> {
  const target = { urn: `urn:pulumi:test::providers::${type}::${name}`, type, log };
  const check = async (wanted: Properties, oldInputs?: Properties) => {
    const checked = await provider.check({ ...target, inputs: wanted, oldInputs });
    assert.deepEqual(checked.failures, []);
    return checked.inputs;
  };
  let inputs = await check(given);
  const made = await provider.create({ ...target, inputs, preview: false });
  let outputs = made.outputs;
  const asking = () => ({ ...target, id: made.id, inputs, outputs });
  assert.ok(await provider.read(asking()), `${type} cannot be read`);
  return {
    id: made.id,
    get outputs() {
      return outputs;
    },
    async update(wanted) {
      const next = await check(wanted, inputs);
      const change = { ...target, id: made.id, oldInputs: inputs, oldOutputs: outputs, inputs: next };
      const { changed, replaces } = await provider.diff(change);
      assert.deepEqual(replaces, []);
      assert.ok(changed.length > 0, `nothing of ${type} changed`);
      outputs = await provider.update({ ...change, preview: false });
      inputs = next;
      return outputs;
    },
    async delete() {
      await provider.delete(asking());
      await provider.delete(asking());
      assert.equal(await provider.read(asking()), undefined, `${type} is still there`);
    },
  };
}
