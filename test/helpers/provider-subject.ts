import assert from "node:assert/strict";
import type { Provider } from "../../lab/providers/provider";
import type { Properties } from "../../lab/providers/values";

/** Discards the progress messages of providers. */
export const noLog = () => {};

/** Drives one resource through a provider as an engine does. */
export class Subject {
  id = "";
  inputs: Properties = {};
  outputs: Properties = {};

  constructor(
    private readonly provider: Provider,
    private readonly type: string,
    private readonly name: string,
  ) {}

  private get target() {
    return { urn: `urn:pulumi:test::providers::${this.type}::${this.name}`, type: this.type, id: this.id, log: noLog };
  }

  async check(inputs: Properties): Promise<Properties> {
    const checked = await this.provider.check({
      ...this.target,
      inputs,
      oldInputs: this.id === "" ? undefined : this.inputs,
    });
    assert.deepEqual(checked.failures, []);
    return checked.inputs;
  }

  async create(inputs: Properties): Promise<Properties> {
    this.inputs = await this.check(inputs);
    const made = await this.provider.create({ ...this.target, inputs: this.inputs, preview: false });
    Object.assign(this, made);
    return this.outputs;
  }

  async diff(inputs: Properties) {
    const { inputs: oldInputs, outputs: oldOutputs } = this;
    return this.provider.diff({ ...this.target, oldInputs, oldOutputs, inputs: await this.check(inputs) });
  }

  async update(inputs: Properties, preview = false): Promise<Properties> {
    const { inputs: oldInputs, outputs: oldOutputs } = this;
    const checked = await this.check(inputs);
    const outputs = await this.provider.update({ ...this.target, oldInputs, oldOutputs, inputs: checked, preview });
    if (!preview) Object.assign(this, { inputs: checked, outputs });
    return outputs;
  }

  read() {
    return this.provider.read({ ...this.target, inputs: this.inputs, outputs: this.outputs });
  }

  async delete(timeoutSeconds?: number): Promise<void> {
    await this.provider.delete({ ...this.target, inputs: this.inputs, outputs: this.outputs, timeoutSeconds });
    assert.equal(await this.read(), undefined);
  }
}
