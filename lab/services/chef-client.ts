import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The Chef client on the instances. */
export interface LabChefClient {
  /** Argument for the emulator: the layout of the stand-in, or the root folder of a genuine client. */
  readonly source: string;
  readonly distribution: "chef" | "cinc";
  /** Description for people. */
  readonly title: string;
}

const DISTRIBUTIONS = ["cinc", "chef"] as const;

/**
 * Chooses the client. `chef` or `cinc` selects the stand-in with the layout of that package; anything else is a folder that contains
 * opt/chef or opt/cinc.
 *
 * @param asked if missing: the genuine client of this machine if it has one, otherwise the stand-in with Cinc's layout
 * @throws if the folder contains no client
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
