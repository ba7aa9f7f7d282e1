import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** A policy pack that runs in the review. */
export interface Pack {
  /** Folder of its PulumiPolicy.yaml. */
  readonly folder: string;
  /** File with its levels and settings. @default the rules' own */
  readonly config?: string;
}

/** Your own packs, as they were given on the command line. */
export interface OwnPacks {
  /** Folders, or packages that the project has installed. */
  readonly packs: readonly string[];
  /** Files with levels and settings, one for each pack, or none at all. */
  readonly packConfigs: readonly string[];
  /** Whether the package's own pack is left out. */
  readonly onlyPacks: boolean;
}

/**
 * The packs of a review: the package's own, then yours.
 *
 * @throws if a pack does not exist, or the options are invalid
 */
export function packsOf(project: string, policyConfig: string | undefined, own: OwnPacks): readonly Pack[] {
  const { packs, packConfigs, onlyPacks } = own;
  if (packConfigs.length > 0 && packConfigs.length !== packs.length) {
    throw new Error(
      `'--pack-config' is given ${packConfigs.length} times and '--pack' ${packs.length} times; give one for each pack, in the same order, or none`,
    );
  }
  if (onlyPacks && packs.length === 0)
    throw new Error("'--only-packs' leaves no rules; add a policy pack with '--pack'");
  if (onlyPacks && policyConfig !== undefined) {
    throw new Error(
      "'--policy-config' is for the package's pack, which '--only-packs' leaves out; use '--pack-config'",
    );
  }
  const given = packs.map((name, index) => ({ folder: find(name, project), config: packConfigs[index] }));
  return onlyPacks ? given : [{ folder: dirname(__dirname), config: policyConfig }, ...given];
}

/** A folder relative to the current one, or a package that the project has installed. */
function find(name: string, project: string): string {
  const isPath = isAbsolute(name) || /^\.{1,2}(\/|$)/.test(name);
  const installed = createRequire(join(resolve(project), "package.json")).resolve.paths(name) ?? [];
  const places = [resolve(name), ...(isPath ? [] : installed.map((modules) => join(modules, name)))];
  const found = places.find((place) => existsSync(join(place, "PulumiPolicy.yaml")));
  if (found !== undefined) return found;
  const there = places.find((place) => existsSync(place));
  throw new Error(
    there === undefined
      ? `'--pack ${name}' is neither a folder nor a package that is installed in '${project}'; give the folder of its PulumiPolicy.yaml, or install it`
      : `'--pack ${name}' is '${there}', which has no PulumiPolicy.yaml; give the folder of the pack that has it`,
  );
}
