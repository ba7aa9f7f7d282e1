import assert from "node:assert/strict";
import { commandProvider } from "../../lab/providers/command/provider";
import { UNKNOWN } from "../../lab/providers/values";
import { noLog as log, Subject } from "../helpers/provider-subject";

describe("the lab's command provider", () => {
  const subject = (name: string) => new Subject(commandProvider(), "command:local:Command", name);

  it("runs create, update and delete with environment, input, folder and the earlier output", async () => {
    const command = subject("one");
    const environment = { WORD: "hello" };
    const made = await command.create({
      create: 'cat; echo "$WORD $(pwd)"; echo grumble >&2',
      stdin: "in ",
      dir: "/",
      environment,
    });
    assert.equal(made.stdout, "in hello /");
    assert.equal(made.stderr, "grumble");
    const after = await command.update({
      create: "true",
      update: 'echo "was: $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR"',
    });
    assert.equal(after.stdout, "was: in hello /, grumble");
  });

  it("leaves the outputs unknown in a preview, and replaces when a trigger changes", async () => {
    const command = subject("two");
    const inputs = { create: "echo", environment: { A: UNKNOWN }, triggers: ["1"] };
    const foretold = await commandProvider().create({
      urn: "a::b::c::two",
      type: "command:local:Command",
      log,
      inputs,
      preview: true,
    });
    assert.deepEqual(foretold.outputs, {
      create: "echo",
      environment: UNKNOWN,
      triggers: ["1"],
      stdout: UNKNOWN,
      stderr: UNKNOWN,
    });
    await command.create({ create: "echo", triggers: ["1"] });
    assert.deepEqual((await command.diff({ create: "echo", triggers: ["2"] })).replaces, ["triggers"]);
  });

  it("reports the command and all its output on failure, and streams lines as they are printed", async () => {
    const lines: string[] = [];
    const inputs = { create: "echo out; echo reason >&2; exit 7" };
    const request = { urn: "a::b::c::three", type: "command:local:Command", inputs, preview: false };
    const failing = commandProvider().create({ ...request, log: (line) => lines.push(line) });
    await assert.rejects(failing, /exit status 7: running "echo out; .*\n(out\nreason|reason\nout)\n/);
    assert.deepEqual(lines.sort(), ["out", "reason"]);
  });

  it("rejects an unknown property and an unknown type by name", async () => {
    const provider = commandProvider();
    const target = { urn: "a::b::c::four", log, inputs: { create: "true", colour: "red" } };
    const { failures } = await provider.check({ ...target, type: "command:local:Command" });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["colour"],
    );
    await assert.rejects(provider.check({ ...target, type: "command:remote:Command" }), /'command:remote:Command'/);
  });
});
