import { createPrivateKey } from "node:crypto";
import { type ChefClient, createChefClient } from "../../chef";
import { searchNodesOfInstance } from "../../chef/instance-search";
import { describeKeyReference, resolveKey } from "../../chef/keys";
import { createTransport } from "../../chef/transport";
import { describeError } from "../command/describe-error";
import type { ChefTarget } from "../target/target";
import { counted } from "../terminal/text";
import { attempt, type Check, failed, ok, skipped, warning } from "./check";
import { PROBE_PREFIX, provePermissions, proveWithProbe, removalCommands } from "./permissions";

export interface ChefCheckOptions {
  /** Whether nothing may be created or deleted. */
  readonly readOnly: boolean;
  /** Name of a node and client that were created for the test. */
  readonly probe?: string;
  readonly region?: string;
  /** Whether the reaper searches for nodes with other names. */
  readonly searches?: boolean;
}

const WEAKEST_KEY_BITS = 2048;
/** The server refuses larger differences. */
const REFUSED_SKEW_SECONDS = 15 * 60;
const DOUBTFUL_SKEW_SECONDS = 60;
/** A header in whole seconds is no more precise than this. */
const AGREES_SECONDS = 2;

/** Checks a Chef server as the client that deletes nodes and clients there. */
export async function checkChefServer(target: ChefTarget, options: ChefCheckOptions): Promise<Check[]> {
  const clock = await attempt("clock", () => checkClock(target));
  let pem: string | undefined;
  const key = await attempt("key", async () => {
    pem = await resolveKey(target.key, { region: options.region });
    return checkKey(target, pem);
  });
  if (pem === undefined || key.status === "failed") {
    return [key, clock, ...["access", "permissions"].map((name) => skipped(name, "skipped, because there is no key"))];
  }
  const { serverUrl, clientName, caPem } = target;
  const chef = createChefClient({ serverUrl, clientName, key: pem, caPem });
  try {
    return [key, clock, ...(await checkAccess(target, chef, options))];
  } finally {
    chef.close();
  }
}

async function checkAccess(target: ChefTarget, chef: ChefClient, options: ChefCheckOptions): Promise<Check[]> {
  const left: string[] = [];
  const access = await attempt("access", async () => {
    const [nodes, clients] = await Promise.all([count(chef.visitNodes, left), count(chef.visitClients, left)]);
    return ok("access", `'${target.clientName}' lists ${counted(nodes, "node")} and ${counted(clients, "client")}`);
  });
  if (access.status === "failed") return [access, skipped("permissions", "skipped, because there is no access")];
  const permissions = await prove(target, chef, options).catch((error) => [
    failed("permissions", describeError(error)),
  ]);
  const search = options.searches ? [await attempt("search", () => checkSearch(chef))] : [];
  return [access, ...permissions, ...search, ...leftByDoctors(left.filter((name) => name !== options.probe))];
}

async function prove(target: ChefTarget, chef: ChefClient, { readOnly, probe }: ChefCheckOptions): Promise<Check[]> {
  if (readOnly) return [skipped("permissions", "not tested: --read-only creates and deletes nothing")];
  return probe ? proveWithProbe(target, chef, probe) : provePermissions(target, chef);
}

/** An id that EC2 never assigns, so any result shows that the index is unreliable. */
const NOBODY = "i-00000000000000000";

/** A server lets every client of the organization search, but may silently omit what the client may not read. */
export async function checkSearch(chef: Pick<ChefClient, "search">): Promise<Check> {
  const found = await searchNodesOfInstance(chef, NOBODY);
  if (found.length === 0) return ok("search", "the node index responds, so nodes with other names can be found");
  const message = `the node index finds ${found.slice(0, 3).join(", ")} for '${NOBODY}', an id that does not exist`;
  return failed("search", message, "reindex the nodes on the server: chef-server-ctl reindex");
}

async function count(visit: ChefClient["visitNodes"], left: string[]): Promise<number> {
  let seen = 0;
  await visit((name) => {
    seen++;
    if (name.startsWith(PROBE_PREFIX)) left.push(Buffer.from(name).toString());
  });
  return seen;
}

function leftByDoctors(names: readonly string[]): Check[] {
  const unique = [...new Set(names)].sort();
  if (unique.length === 0) return [];
  const message = `left by a doctor that was killed, unless one is running now: ${unique.join(", ")}`;
  return [warning("left over", message, ...unique.flatMap(removalCommands))];
}

function checkKey({ key }: ChefTarget, pem: string): Check {
  const bits = createPrivateKey(pem).asymmetricKeyDetails?.modulusLength;
  const where = describeKeyReference(key);
  if (bits === undefined)
    return failed("key", `${where} is not an RSA key`, "store an RSA key; Chef accepts no others");
  if (bits < WEAKEST_KEY_BITS) {
    return warning("key", `${where} is an RSA key of only ${bits} bits`, "replace it: knife client key create");
  }
  return ok("key", `${where} contains an RSA key of ${bits} bits`);
}

/** Requested without a signature, so that a wrong clock is reported even if the key is wrong too. */
async function checkClock({ serverUrl, caPem }: ChefTarget): Promise<Check> {
  const url = new URL(serverUrl);
  const transport = createTransport({ url, caPem, timeoutMs: 10_000, maxSockets: 1 });
  try {
    const { date = "" } = await transport.send({ method: "GET", path: "/_status", headers: {}, body: "" });
    return judgeClock(Math.round((Date.now() - Date.parse(date)) / 1000));
  } finally {
    transport.close();
  }
}

/** @param seconds this machine's clock minus the server's */
export function judgeClock(seconds: number): Check {
  if (Number.isNaN(seconds))
    return warning("clock", "the server's response contains no time", "check that the URL is the Chef server's");
  const off = Math.abs(seconds);
  if (off <= AGREES_SECONDS) return ok("clock", "agrees with the server's");
  const said = `this machine's clock is ${counted(off, "second")} ${seconds < 0 ? "behind" : "ahead of"} the server's`;
  if (off >= REFUSED_SKEW_SECONDS)
    return failed("clock", `${said}; the server refuses differences of 900 or more`, SYNCHRONIZE);
  return off >= DOUBTFUL_SKEW_SECONDS ? warning("clock", said, SYNCHRONIZE) : ok("clock", said);
}

const SYNCHRONIZE = "synchronize both clocks: timedatectl set-ntp true";
