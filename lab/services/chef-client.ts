import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Which Chef client the instances have. */
export interface LabChefClient {
  /** What the emulator is told: the stand-in's layout, or the root of a genuine one. */
  readonly source: string;
  readonly distribution: "chef" | "cinc";
  /** For people. */
  readonly title: string;
}

const DISTRIBUTIONS = ["cinc", "chef"] as const;

/**
 * The client that was asked for: `chef` or `cinc` is the stand-in in the layout of that package, anything else a folder with
 * opt/chef or opt/cinc in it.
 *
 * @param asked nothing: the genuine one of this machine where it has one, otherwise the stand-in in Cinc's layout
 * @throws when the folder holds no client
 */
export function chooseChefClient(asked: string | undefined, machine = "/"): LabChefClient {
  const standIn = DISTRIBUTIONS.find((name) => name === asked);
  if (standIn) return { source: standIn, distribution: standIn, title: `the stand-in, laid out as ${standIn}` };
  const root = resolve(asked ?? machine);
  const distribution = DISTRIBUTIONS.find((name) => existsSync(join(root, "opt", name, "bin", `${name}-client`)));
  if (distribution) {
    return {
      source: root,
      distribution,
      title: `the genuine ${distribution}-client of ${join(root, "opt", distribution)}`,
    };
  }
  if (asked === undefined) return chooseChefClient("cinc");
  throw new Error(`'--chef-client' is '${asked}', expected 'chef', 'cinc' or a folder with opt/chef or opt/cinc in it`);
}
