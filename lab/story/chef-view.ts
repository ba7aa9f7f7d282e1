import { execFile } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { instanceIdOfNode, nodeName } from "../../chef";
import type { Lab } from "../services/lab";
import { places } from "../services/places";

/** What the Chef server has of an instance: nothing, a part, or a node with the instance id and a client ("converged"). */
export type Registration = "nothing" | "node only" | "client only" | "not converged" | "converged";

/** Reads what the Chef server has of a group's instance. */
export async function registrationOf(lab: Lab, groupName: string, instanceId: string): Promise<Registration> {
  const name = nodeName(groupName, instanceId);
  const [node, client] = await Promise.all([lab.chef.getNode(name), lab.chef.getClient(name)]);
  if (!node || !client) {
    return node ? "node only" : client ? "client only" : "nothing";
  }
  return instanceIdOfNode(node) === instanceId ? "converged" : "not converged";
}

/**
 * Proves that the instance has the private key of its own client and no validator key.
 *
 * @throws if a file is left that must be deleted, or if the key belongs to another client
 */
export async function assertOwnKey(lab: Lab, groupName: string, instanceId: string): Promise<string> {
  const name = nodeName(groupName, instanceId);
  const left = await filesLeft(lab, instanceId);
  if (left.length > 0) {
    throw new Error(`instance ${instanceId} still has ${left.join(", ")} of /etc/chef after its first chef-client run`);
  }
  const { stdout: privateKey } = await inside(lab, instanceId, "cat", "/etc/chef/client.pem");
  const client = await lab.chef.getClient(name);
  const registered = String(client?.public_key ?? "");
  if (publicPem(privateKey) !== createPublicKey(registered).export({ type: "spki", format: "pem" })) {
    throw new Error(`the key in instance ${instanceId} is not the one the Chef server has for the client '${name}'`);
  }
  return privateKey;
}

/** The client saves its node before it ends, and only then the script deletes files. So this waits a few seconds. */
async function filesLeft(lab: Lab, instanceId: string): Promise<string[]> {
  for (let second = 0; ; second += 1) {
    const { stdout } = await inside(lab, instanceId, "ls", "/etc/chef");
    const left = ["validation.pem", "validator.pem", "first-boot.json"].filter((it) => stdout.split("\n").includes(it));
    if (left.length === 0 || second === AFTER_SAVE_SECONDS) return left;
    await pause(1_000);
  }
}

const AFTER_SAVE_SECONDS = 30;

function publicPem(privateKey: string): string | Buffer {
  return createPublicKey(createPrivateKey(privateKey)).export({ type: "spki", format: "pem" });
}

/** Runs the client as timers, cron jobs and people do, under each of its names. @returns the names; every run converged */
export async function laterRuns(lab: Lab, instanceId: string): Promise<string[]> {
  const { stdout } = await inside(lab, instanceId, "sh", "-c", "command -v chef-client; command -v cinc-client; true");
  const names = stdout.split("\n").flatMap((path) => path.split("/").at(-1) || []);
  if (names.length === 0) throw new Error(`${instanceId} has neither chef-client nor cinc-client on its PATH`);
  for (const name of names) await inside(lab, instanceId, name);
  return names;
}

/** Runs a command in a running instance. */
function inside(lab: Lab, instanceId: string, ...command: string[]) {
  return promisify(execFile)(places.enter, [lab.runDir, instanceId, ...command], { env: lab.environment });
}
