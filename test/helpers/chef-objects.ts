import { generateKeyPairSync } from "node:crypto";
import type { ChefClient } from "../../chef/client";

/** A new RSA key pair as PEM. */
export function keyPair(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
}

/** The n-th instance id. */
export function instanceId(n: number): string {
  return `i-${n.toString(16).padStart(17, "0")}`;
}

/**
 * Registers a node with its client.
 * @param ownerId instance id that Ohai has saved in the node, if it converged
 * @param more further attributes from Ohai
 */
export async function register(
  chef: ChefClient,
  name: string,
  publicKey: string,
  ownerId?: string,
  more: object = {},
): Promise<void> {
  await chef.createClient({ name, publicKey });
  await chef.createNode({
    name,
    chef_environment: "_default",
    chef_type: "node",
    json_class: "Chef::Node",
    automatic: ownerId === undefined ? {} : { ec2: { instance_id: ownerId }, ...more },
    default: {},
    normal: {},
    override: {},
    run_list: [],
  });
}

/** For removals of a whole group without any living instances. */
export const noneLives = async (): Promise<Map<string, string>> => new Map();
