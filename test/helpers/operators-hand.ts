import assert from "node:assert/strict";
import { nodeName } from "../../chef";
import { members } from "../lab/emulator-fleet";
import { emulatorObstacle, eventually } from "../lab/emulator-process";
import { keyPair } from "./chef-objects";
import { type FaultProxy, startFaultProxy } from "./fault-proxy";
import { findGoiardi } from "./goiardi";
import { type OperatorsLab, startOperatorsLab } from "./operators-lab";

/** What the tests of operators' commands work with. */
export interface OperatorsHand {
  readonly lab: OperatorsLab;
  /** A proxy in front of the Chef server. */
  readonly proxy: FaultProxy;
  /** The group's instance. */
  readonly running: string;
  /** Public key of every client that is registered. */
  readonly publicKey: string;
  node(instanceId: string): string;
  /** Names of the group's clients. */
  ours(): Promise<string[]>;
  nodes(): Promise<string[]>;
  /** Runs a command with the stack's outputs, and parses its JSON. */
  json<T>(args: readonly string[]): Promise<{ readonly code: number | null; readonly document: T }>;
}

/** Starts everything for a suite, and empties the Chef server after each test. Skips the suite if the lab is not set up. */
export function useOperatorsHand(): OperatorsHand {
  const { publicKey } = keyPair();
  const started = {} as { lab?: OperatorsLab; proxy?: FaultProxy; running: string };
  const ours = async () =>
    ((await started.lab?.chef.listClients()) ?? []).filter((name) => name.startsWith(`${started.lab?.group}-`));
  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) return this.skip();
    const lab = await startOperatorsLab(goiardi);
    started.lab = lab;
    started.proxy = await startFaultProxy(lab.server.url);
    started.running = await eventually(30, "an instance of the group", async () => {
      const [first] = await members(lab.clients, lab.group);
      return first?.InstanceId;
    });
  });
  after(async () => {
    await started.proxy?.close();
    await started.lab?.stop();
  });
  afterEach(async () => {
    const { lab, proxy } = started;
    proxy?.setFault(() => "pass");
    for (const name of (await lab?.chef.listNodes()) ?? []) await lab?.chef.deleteNode(name);
    for (const name of await ours()) await lab?.chef.deleteClient(name);
  });
  const hand: OperatorsHand = {
    get lab() {
      return started.lab as OperatorsLab;
    },
    get proxy() {
      return started.proxy as FaultProxy;
    },
    get running() {
      return started.running;
    },
    publicKey,
    node: (id) => nodeName(hand.lab.group, id),
    ours,
    nodes: async () => (await hand.lab.chef.listNodes()).sort(),
    json: async (args) => {
      const { code, stdout, stderr } = await hand.lab.run([...args, "--json", "--outputs", hand.lab.outputs]);
      assert.ok(stdout.startsWith("{"), stderr);
      return { code, document: JSON.parse(stdout) };
    },
  };
  return hand;
}
