import { type ChefClient, groupNames } from "../../chef";
import { ec2Text, regionOfNode } from "../../chef/node-place";
import type { ReconcileReport } from "../../reaper/reconcile";
import { MOST_DELETIONS } from "../../reaper/reconcile/options";
import type { Place } from "../target/place";

/** Number of nodes that are read to find out where they ran. */
const LOOKED_AT = 20;

/** Lookups for the advice. */
export interface Asked {
  readonly chef: Pick<ChefClient, "getNode" | "visitNodes" | "visitClients">;
  /** Region and account that AWS is asked for. */
  place(): Promise<Pick<Place, "region" | "accountId">>;
  /** A similar group name, as `did you mean 'web'?`, if there is one. */
  nearGroup(group: string): Promise<string | undefined>;
}

/** The next step after a run that removed nothing, by its cause; undefined if it was not refused. */
export async function adviceOn(report: ReconcileReport, asked: Asked): Promise<string | undefined> {
  const { group, refusedFor } = report;
  switch (refusedFor) {
    case undefined:
      return undefined;
    case "too-many":
      return lookFirst(report);
    case "none-living":
      return (
        `find out why none is alive: aws autoscaling describe-scaling-activities --auto-scaling-group-name ${group}; ` +
        "run this again once one is alive, or the desired capacity is 0"
      );
    case "no-such-group":
      if (report.examined.names === 0) {
        const meant = (await asked.nearGroup(group)) ?? "check the group's name";
        return `the Chef server has no '${group}-i-…' either: ${meant}`;
      }
      return adviceOnNoGroup(group, await placesOf(asked.chef, group), await asked.place());
  }
}

/** A dry run with a cap that permits everything, which shows what a run would remove. */
function lookFirst({ group, examined, living, recent }: ReconcileReport): string {
  const suspects = Math.min(MOST_DELETIONS, Math.max(1, examined.names - living - recent));
  return `nothing was removed; to see what would be, run this again with '--group ${group} --dry-run --max-share 1 --max-count ${suspects}'`;
}

/** Where some of a group's nodes report that they ran. */
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
  if (regions) return `its nodes report that they ran in ${regions}: use '--region ${regions.split(", ")[0]}'`;
  const accounts = others(
    ran.map(({ accountId }) => accountId),
    here.accountId,
  );
  if (accounts) return `its nodes report that they ran in the account ${accounts}: use credentials of that account`;
  return (
    `if the group was renamed or destroyed in ${here.region}, list its leftovers: ` +
    `run this again with '--group ${group} --group-destroyed --dry-run --max-share 1'; otherwise check '--group', '--region' and credentials`
  );
}

/** Values that differ from here, each once. */
function others(said: readonly (string | undefined)[], here: string): string {
  return [...new Set(said)].filter((one) => one !== undefined && one !== here).join(", ");
}
