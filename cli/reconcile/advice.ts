import { type ChefClient, groupNames } from "../../chef";
import { ec2Text, regionOfNode } from "../../chef/node-place";
import type { ReconcileReport } from "../../reaper/reconcile";
import { MOST_DELETIONS } from "../../reaper/reconcile/options";
import type { Place } from "../target/place";

/** Nodes that are asked where they ran. */
const LOOKED_AT = 20;

/** Who is asked for what helps. */
export interface Asked {
  readonly chef: Pick<ChefClient, "getNode" | "visitNodes" | "visitClients">;
  /** Where AWS is asked. */
  place(): Promise<Pick<Place, "region" | "accountId">>;
  /** The group that was meant, as `did you mean 'web'?`, where one has a name that is near. */
  nearGroup(group: string): Promise<string | undefined>;
}

/** The next step after a run that removed nothing, by its cause; undefined where it was not refused. */
export async function adviceOn(report: ReconcileReport, asked: Asked): Promise<string | undefined> {
  const { group, refusedFor } = report;
  switch (refusedFor) {
    case undefined:
      return undefined;
    case "too-many":
      return lookFirst(report);
    case "none-living":
      return (
        `see why none lives: aws autoscaling describe-scaling-activities --auto-scaling-group-name ${group}; ` +
        "run it again once one lives, or the group wants none"
      );
    case "no-such-group":
      if (report.examined.names === 0) {
        const meant = (await asked.nearGroup(group)) ?? "check the group's name";
        return `nothing is called '${group}-i-…' in the Chef server either: ${meant}`;
      }
      return adviceOnNoGroup(group, await placesOf(asked.chef, group), await asked.place());
  }
}

/** A dry run under a cap that lets all through, which tells what a run would remove. */
function lookFirst({ group, examined, living, recent }: ReconcileReport): string {
  const suspects = Math.min(MOST_DELETIONS, Math.max(1, examined.names - living - recent));
  return `nothing was removed; see what would be: run it again with '--group ${group} --dry-run --max-share 1 --max-count ${suspects}'`;
}

/** Where some of a group's nodes say that they ran. */
async function placesOf(
  chef: Asked["chef"],
  group: string,
): Promise<{ readonly region?: string; readonly accountId?: string }[]> {
  const names = (await groupNames(chef, group)).slice(-LOOKED_AT);
  const nodes = await Promise.all(names.map((name) => chef.getNode(name)));
  return nodes.flatMap((node) =>
    node ? [{ region: regionOfNode(node), accountId: ec2Text(node, "account_id") }] : [],
  );
}

function adviceOnNoGroup(
  group: string,
  ran: readonly { readonly region?: string; readonly accountId?: string }[],
  here: Pick<Place, "region" | "accountId">,
): string {
  const regions = others(
    ran.map(({ region }) => region),
    here.region,
  );
  if (regions) return `its nodes say that they ran in ${regions}: say '--region ${regions.split(", ")[0]}'`;
  const accounts = others(
    ran.map(({ accountId }) => accountId),
    here.accountId,
  );
  if (accounts) return `its nodes say that they ran in the account ${accounts}: use credentials of it`;
  return (
    `where the group was renamed or destroyed in ${here.region}, see what is left of it: ` +
    `run it again with '--group ${group} --group-destroyed --dry-run --max-share 1'; else check '--group', '--region' and credentials`
  );
}

/** What differs from here, each once. */
function others(said: readonly (string | undefined)[], here: string): string {
  return [...new Set(said)].filter((one) => one !== undefined && one !== here).join(", ");
}
