import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { type ChefClient, createChefClient } from "../components/chef";
import { type KeyReference, parseKeyReference, resolveKey } from "../components/keys";
import { sweepAgeMinutes } from "../packer/limits";
import { sweep } from "../packer/sweep";
import { describeSwept, exitCodeOf, type SweepReport, summary } from "../packer/sweep-report";

interface Flags {
  readonly region: string;
  readonly olderThan: number;
  readonly dryRun: boolean;
  readonly bake?: string;
  readonly ageless: boolean;
  readonly json: boolean;
  readonly chefServerUrl?: string;
  readonly chefClient?: string;
  readonly chefKey?: KeyReference;
  readonly chefCa?: string;
}

/** `sweep`: removes what bakes left behind that were killed together with what watches over them. */
export function sweepCommand(): Command {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return new Command("sweep")
    .description(
      "find and remove what killed bakes left: instances, volumes, key pairs, security groups, images, nodes",
    )
    .requiredOption("--region <region>", "AWS region to look in", AWS_REGION || AWS_DEFAULT_REGION || undefined)
    .option("--older-than <minutes>", "keep what is younger: a bake may still use it", minutes, sweepAgeMinutes({}))
    .option("--dry-run", "tell only, remove nothing", false)
    .option("--bake <name>", "of the bake of this name only")
    .option("--ageless", "also what nothing tells the age of; only when no bake is running anywhere", false)
    .option("--json", "print the report as JSON", false)
    .option("--chef-server-url <url>", "look there for nodes and clients too")
    .option("--chef-client <name>", "Chef client or user that may delete them")
    .option("--chef-key <reference>", 'its key: a file, or JSON as {"ssmParameter": "/chef/operator"}', keyReference)
    .option("--chef-ca <file>", "certificate of the CA that signed the Chef server's")
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing is left, 1 something could not be removed, 3 a dry run found something",
    )
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { region, olderThan: olderThanMinutes, dryRun, bake, ageless } = flags;
  const stopped = new AbortController();
  const stop = () => stopped.abort(new Error("the sweep was stopped; run it again for the rest"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const chef = await connect(flags);
  try {
    const report = await sweep({ region, olderThanMinutes, dryRun, bake, ageless, chef, signal: stopped.signal });
    print(report, flags.json);
    process.exitCode = exitCodeOf(report);
  } finally {
    chef?.close();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  }
}

async function connect(flags: Flags): Promise<ChefClient | undefined> {
  const { chefServerUrl: serverUrl, chefClient: clientName, chefKey, chefCa, region } = flags;
  if (!serverUrl && !clientName && !chefKey) return undefined;
  if (!serverUrl || !clientName || !chefKey) {
    throw new Error(
      "'--chef-server-url', '--chef-client' and '--chef-key' belong together, got some of them; give all three or none",
    );
  }
  const key = await resolveKey(chefKey, { region });
  const caPem = chefCa && readFileSync(chefCa, "utf8");
  return createChefClient({ serverUrl, clientName, key, caPem });
}

function print(report: SweepReport, json: boolean): void {
  if (json) console.log(JSON.stringify(report));
  else for (const line of [...report.swept.map(describeSwept), summary(report)]) console.log(line);
}

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("expected minutes, 0 or more");
}

/** A path, or the place of a key in JSON. */
function keyReference(text: string): KeyReference {
  if (!text.startsWith("{")) return parseKeyReference({ file: text }, "--chef-key");
  try {
    return parseKeyReference(JSON.parse(text), "--chef-key");
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
