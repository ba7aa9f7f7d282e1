import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import { changes, type EngineStack, engineStack, settings } from "./engine-stack";

const NAMES = [
  "after",
  "disclosed",
  "forced",
  "ignored",
  "made-room",
  "pair-first",
  "pair-second",
  "renewed",
  "secretive",
  "triggered",
];

describe("the lab's engine", function () {
  this.timeout(120_000);
  let stack: EngineStack;

  before(() => {
    stack = engineStack(inProcessRunner);
  });

  after(() => stack.remove());

  /** Returns the state file's text, and its resources by name. */
  function state() {
    const text = readFileSync(join(stack.stateDir, "engine-fixture.test.json"), "utf8");
    const { resources, pending } = JSON.parse(text) as {
      resources: { urn: string; parent?: string; id: string; inputs: Record<string, unknown> }[];
      pending: { urn: string }[];
    };
    return { text, pending, find: (name: string) => resources.find(({ urn }) => urn.endsWith(`::${name}`)) };
  }

  it("previews with unknowns and creates nothing", async () => {
    const result = await stack.runner.preview();
    assert.ok(result.ok, result.output);
    assert.match(result.output, /a test double for the Pulumi CLI/);
    const expected = [...NAMES, "engine-fixture-test", "file", "pair"].map((name) => `create ${name}`);
    assert.deepEqual(changes(result), expected.sort());
    assert.deepEqual(stack.journal(), []);
    assert.ok(!existsSync(join(stack.files, "one.txt")));
    assert.deepEqual(
      readdirSync(stack.stateDir).filter((file) => file.endsWith("test.json")),
      [],
    );
  });

  it("stops before anything is created if a mandatory policy is violated", async () => {
    const result = await stack.runner.up({ ...settings({ word: "forbidden" }), policyPacks: [stack.policyPack] });
    assert.ok(!result.ok);
    const found = result.policyViolations.map(
      ({ policy, level, urn }) => `${policy} ${level} ${urn.split("::").pop()}`,
    );
    assert.ok(found.includes("no-forbidden-word mandatory pair-first"), found.join("\n"));
    assert.deepEqual(stack.journal(), []);
  });

  it("only reports rules that need an unknown value as advisory in a preview", async () => {
    const result = await stack.runner.preview({ policyPacks: [stack.policyPack] });
    assert.ok(result.ok, result.output);
    const unknown = result.policyViolations.filter(({ message }) => /can't run policy/.test(message));
    assert.ok(unknown.length > 0 && unknown.every(({ level }) => level === "advisory"));
  });

  it("creates after a preview, with policies enabled", async () => {
    const result = await stack.runner.up({ policyPacks: [stack.policyPack] });
    assert.ok(result.ok, result.output);
    assert.deepEqual(result.policyViolations, []);
    assert.deepEqual(
      stack.journal(),
      NAMES.map((name) => `create ${name}`),
    );
    assert.equal(readFileSync(join(stack.files, "one.txt"), "utf8"), "first!");
    assert.equal(readFileSync(join(stack.files, "runs"), "utf8").split("\n").slice(-3).join(), "preview,update,");
  });

  it("returns the outputs, and stores parents and encrypted secrets in its state", async () => {
    const outputs = await stack.runner.outputs();
    const stackName = "organization/engine-fixture/test";
    const path = join(stack.files, "one.txt");
    assert.deepEqual(outputs, { said: "first!", path, whispered: "whisper", stack: stackName, nested: [1, 2] });
    assert.match(state().find("pair-first")?.parent ?? "", /Pair::pair$/);
    assert.equal(statSync(join(stack.stateDir, "engine-fixture.test.json")).mode & 0o077, 0);
    const hidden = await stack.runner.up(settings({ hidden: "very-hidden-word" }));
    assert.deepEqual(changes(hidden), ["update secretive"]);
    assert.ok(!state().text.includes("very-hidden-word"));
    assert.ok(!hidden.output.includes("outputs"));
    assert.deepEqual(stack.journal(), ["update secretive"]);
  });

  it("changes nothing when nothing changed", async () => {
    const result = await stack.runner.up(settings({ hidden: "very-hidden-word" }));
    assert.deepEqual(changes(result), []);
    assert.equal(result.operations.length, NAMES.length + 3);
    assert.deepEqual(stack.journal(), []);
  });

  it("updates, replaces, deletes before replacing if configured, and ignores changes if configured", async () => {
    const asked = settings({ hidden: "very-hidden-word", word: "second" });
    const expected = [
      "replace forced",
      "replace made-room",
      "replace renewed",
      "replace triggered",
      "update file",
      "update pair-first",
      "update pair-second",
    ];
    const preview = await stack.runner.preview(asked);
    assert.deepEqual(changes(preview), expected);
    assert.deepEqual(stack.journal(), []);
    const result = await stack.runner.up(asked);
    assert.deepEqual(changes(result), expected);
    const noted = [
      "create forced",
      "create made-room",
      "create renewed",
      "create triggered",
      "delete forced",
      "delete made-room",
      "delete renewed",
      "delete triggered",
    ];
    assert.deepEqual(stack.journal(), [...noted, "update pair-first", "update pair-second"]);
    assert.equal(readFileSync(join(stack.files, "one.txt"), "utf8"), "second!");
  });

  it("replaces a dynamic resource by creating the new one before it deletes the old one", async () => {
    const result = await stack.runner.up(settings({ hidden: "very-hidden-word", word: "second", file: "two" }));
    assert.deepEqual(changes(result), ["replace file"]);
    assert.ok(existsSync(join(stack.files, "two.txt")));
    assert.ok(!existsSync(join(stack.files, "one.txt")));
  });

  const later = { hidden: "very-hidden-word", word: "second", file: "two" };

  it("deletes what is no longer declared, keeps what is retained, rejects deleting what is protected", async () => {
    const more = await stack.runner.up(settings({ ...later, features: "extra,retained,protected" }));
    assert.deepEqual(changes(more), ["create extra", "create guarded", "create kept"]);
    stack.journal();
    const less = await stack.runner.up(settings({ ...later, features: "protected" }));
    assert.deepEqual(changes(less), ["delete extra", "delete kept"]);
    assert.deepEqual(stack.journal(), ["delete extra"]);
    const refused = await stack.runner.up(settings(later));
    assert.ok(!refused.ok);
    assert.match(refused.diagnostics.join("\n"), /'guarded' is protected/);
    assert.ok((await stack.runner.up(settings({ ...later, features: "unprotected" }))).ok);
    assert.deepEqual(changes(await stack.runner.up(settings(later))), ["delete guarded"]);
    stack.journal();
  });

  it("recognizes a resource by its alias", async () => {
    assert.deepEqual(changes(await stack.runner.up(settings({ ...later, features: "before-rename" }))), [
      "create old-name",
    ]);
    const renamed = await stack.runner.up(settings({ ...later, features: "renamed" }));
    assert.deepEqual(changes(renamed), ["update new-name"]);
    assert.deepEqual(changes(await stack.runner.up(settings(later))), ["delete new-name"]);
    stack.journal();
  });

  it("reports why a resource failed, and keeps what was created", async () => {
    const result = await stack.runner.up(settings({ ...later, features: "failing,extra" }));
    assert.ok(!result.ok);
    assert.match(result.diagnostics.join("\n"), /'failing' .*exit status 3[\s\S]*reason/);
    assert.ok((await stack.runner.up(settings(later))).ok);
    stack.journal();
  });

  it("recovers from a kill: it reports what was pending and continues", async () => {
    const config = Object.entries({ ...later, features: "slow", files: stack.files });
    const flags = config.flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    const main = join(__dirname, "..", "..", "lab", "engine", "main.ts");
    const project = join(__dirname, "fixtures", "engine");
    const tsx = pathToFileURL(require.resolve("tsx")).href;
    const args = [
      "--import",
      tsx,
      main,
      "up",
      "--cwd",
      project,
      "--stack",
      "test",
      "--state-dir",
      stack.stateDir,
      ...flags,
    ];
    const passphrase = readFileSync(join(stack.stateDir, "passphrase"), "utf8");
    const child = spawn(process.execPath, args, {
      env: { ...process.env, PULUMI_CONFIG_PASSPHRASE: passphrase },
      detached: true,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    for (let turn = 0; turn < 300 && state().pending.length === 0; turn++) await sleep(100);
    assert.match(state().pending[0]?.urn ?? "", /::slow$/);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
    const result = await stack.runner.up(settings(later));
    assert.ok(result.ok, result.output);
    assert.match(result.diagnostics.join("\n"), /cut off while it was about to create '.*slow'/);
  });

  it("rejects a stack that another process has locked", async () => {
    const lock = join(stack.stateDir, "engine-fixture.test.json.lock");
    writeFileSync(lock, String(process.pid));
    const result = await stack.runner.up(settings(later));
    assert.match(result.diagnostics.join("\n"), new RegExp(`locked by process ${process.pid}`));
    writeFileSync(lock, "999999999");
    assert.ok((await stack.runner.up(settings(later))).ok);
  });

  it("rejects an encrypted configuration value by its name", async () => {
    const result = await stack.runner.preview({ config: { "engine-fixture:word": { secure: "v1:xyz" } } });
    assert.match(result.diagnostics.join("\n"), /'engine-fixture:word' in '.*' is encrypted/);
  });

  it("destroys everything, dependents first", async () => {
    stack.journal();
    const result = await stack.runner.destroy();
    assert.ok(result.ok, result.output);
    const order = result.operations.map(({ op, name }) => `${op} ${name}`);
    assert.equal(order.length, NAMES.length + 3);
    const place = (name: string) => order.indexOf(`delete ${name}`);
    assert.ok(place("after") < place("triggered"));
    assert.ok(place("file") < place("pair-second") && place("pair-second") < place("pair-first"));
    assert.ok(place("pair-first") < place("pair") && place("pair") < place("engine-fixture-test"));
    assert.deepEqual(
      stack.journal(),
      NAMES.map((name) => `delete ${name}`),
    );
    assert.ok(!existsSync(join(stack.files, "two.txt")));
  });
});
