import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { type ChefClient, type ChefNode, createChefClient, isChefError } from "../../chef";
import { describeError } from "../command/describe-error";
import type { ChefTarget } from "../target/target";
import { type Check, failed, ok, warning } from "./check";

/** Prefix of everything that a doctor creates; it never deletes anything else. */
export const PROBE_PREFIX = "chef-autoscaling-doctor-";

const NAME = "permissions";

interface Pair {
  readonly name: string;
  readonly privateKey: string;
  readonly publicKey: string;
}

/**
 * Tests permissions by using them: creates a client, lets it register its node as an instance does, and deletes both as the operator. The
 * client creates the node itself, because a Chef server lets everybody delete what they created.
 */
export async function provePermissions(target: ChefTarget, chef: ChefClient): Promise<Check[]> {
  const pair = await makePair();
  try {
    await chef.createClient(pair);
  } catch (error) {
    return [mayNotCreate(target, pair.name, error)];
  }
  const registered = await registerNode(target, pair);
  const deleted = await proveDeletion(target, chef, pair.name);
  return [...registered, deleted, ...(deleted.status === "ok" ? [] : await cleanUp(target, chef, pair))];
}

/** Tests with a node and a client that an administrator created; nothing with another name is touched. */
export async function proveWithProbe(target: ChefTarget, chef: ChefClient, probe: string): Promise<Check[]> {
  try {
    const there = [await chef.getNode(probe), await chef.getClient(probe)];
    if (!there.includes(undefined)) return [await proveDeletion(target, chef, probe)];
  } catch (error) {
    return [isForbidden(error) ? mayNot("read", ["nodes", "clients"], target) : failed(NAME, describeError(error))];
  }
  const message = `the node or the client '${probe}' does not exist`;
  return [failed(NAME, message, "ask an administrator to create both:", ...probeCommands(probe))];
}

async function registerNode({ serverUrl, caPem }: ChefTarget, { name, privateKey }: Pair): Promise<Check[]> {
  const instance = createChefClient({ serverUrl, caPem, clientName: name, key: privateKey });
  try {
    await instance.createNode(emptyNode(name));
    return [];
  } catch (error) {
    const fix = "allow clients to create nodes: knife acl add group clients containers nodes create,read";
    return [failed("registration", `a new client cannot register its node: ${describeError(error)}`, fix)];
  } finally {
    instance.close();
  }
}

async function proveDeletion(target: ChefTarget, chef: ChefClient, name: string): Promise<Check> {
  const refused: string[] = [];
  for (const [kind, remove] of [["nodes", chef.deleteNode] as const, ["clients", chef.deleteClient] as const]) {
    try {
      await remove(name);
    } catch (error) {
      if (!isForbidden(error)) return failed(NAME, `${kind} cannot be deleted: ${describeError(error)}`);
      refused.push(kind);
    }
  }
  if (refused.length > 0) {
    return mayNot("delete", refused, target);
  }
  const left = [await chef.getNode(name), await chef.getClient(name)].filter((one) => one !== undefined);
  if (left.length > 0) return failed(NAME, `'${name}' was deleted and is still there`, "check the server's logs");
  return ok(NAME, `'${target.clientName}' deleted a temporary node and client, '${name}'`);
}

function mayNot(what: string, kinds: readonly string[], { clientName }: ChefTarget): Check {
  const message = `'${clientName}' may not ${what} ${kinds.join(" and ")} (403)`;
  return failed(NAME, message, "grant this, as an administrator of the organization:", ...grantCommands(clientName));
}

/** Cleans up after a failed test, as the temporary client itself, which may delete its node and itself. */
async function cleanUp(target: ChefTarget, chef: ChefClient, { name, privateKey }: Pair): Promise<Check[]> {
  const { serverUrl, caPem } = target;
  const own = createChefClient({ serverUrl, caPem, clientName: name, key: privateKey });
  try {
    await own.deleteNode(name);
    await own.deleteClient(name);
    return [];
  } catch {
    return await leftOver(chef, name);
  } finally {
    own.close();
  }
}

async function leftOver(chef: ChefClient, name: string): Promise<Check[]> {
  const there = await Promise.all([chef.getNode(name), chef.getClient(name)]).catch(() => ["unknown"]);
  if (there.every((one) => one === undefined)) return [];
  return [warning("left over", `'${name}' could not be removed`, ...removalCommands(name))];
}

export function removalCommands(name: string): string[] {
  return [`knife node delete ${name} --yes`, `knife client delete ${name} --yes`];
}

/** Read and delete are enough for the operator; without permission to create clients there is no mistake, but also no test. */
function mayNotCreate({ clientName }: ChefTarget, name: string, error: unknown): Check {
  if (!isForbidden(error)) return failed(NAME, `a client for the test cannot be created: ${describeError(error)}`);
  return warning(
    NAME,
    `not tested: '${clientName}' may not create clients, which is right for a client that only deletes`,
    "ask an administrator to create a node and a client, and test with them:",
    ...probeCommands(name),
    `chef-autoscaling doctor --probe ${name}`,
  );
}

function probeCommands(name: string): string[] {
  return [
    `knife client create ${name} --disable-editing --prevent-keygen`,
    `knife node create ${name} --disable-editing`,
  ];
}

/** The commands of docs/chef-permissions.md, for a client; for a user, the second one is `add user`. */
export function grantCommands(clientName: string): string[] {
  const group = "autoscaling-operators";
  return [
    `knife group create ${group}`,
    `knife group add client ${clientName} ${group}`,
    `knife acl add group ${group} containers nodes read,delete`,
    `knife acl add group ${group} containers clients read,delete`,
    `knife acl bulk add group ${group} nodes '.*' read,delete --yes`,
    `knife acl bulk add group ${group} clients '.*' read,delete --yes`,
  ];
}

function isForbidden(error: unknown): boolean {
  return isChefError(error) && error.chef.kind === "forbidden";
}

function emptyNode(name: string): ChefNode {
  return {
    name,
    chef_type: "node",
    json_class: "Chef::Node",
    chef_environment: "_default",
    automatic: {},
    normal: {},
    default: {},
    override: {},
    run_list: [],
  };
}

async function makePair(): Promise<Pair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return { name: PROBE_PREFIX + randomBytes(8).toString("hex"), privateKey, publicKey };
}
