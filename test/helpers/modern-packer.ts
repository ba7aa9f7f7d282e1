import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { packerFiles } from "../../packer/inputs/packer-files";
import { packerOf } from "../../packer/inputs/packer-version";

/** A Packer 1.10 or later, in addition to the lab's old one. */
export interface ModernPacker {
  /** Folder to put first on PATH. */
  readonly folder: string;
  readonly version: string;
  /** Location of its plugins. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds the first modern Packer with the amazon plugin in MODERN_PACKER (a folder) or on PATH.
 * @returns the reason as a text if there is none
 */
export function findModernPacker(): ModernPacker | string {
  const folders = [process.env.MODERN_PACKER ?? "", ...(process.env.PATH ?? "").split(delimiter)];
  const plugins = process.env.PACKER_PLUGIN_PATH;
  const environment: Record<string, string> = plugins ? { PACKER_PLUGIN_PATH: plugins } : {};
  for (const folder of folders.filter((it) => it && existsSync(join(it, "packer")))) {
    const version = modernVersion(folder);
    if (!version) continue;
    const plugin = pluginVersion();
    if (ask(folder, ["plugins", "installed"]).includes(`packer-plugin-amazon_v${plugin}_`)) {
      return { folder, version, environment };
    }
    const fix = `run 'packer plugins install github.com/hashicorp/amazon ${plugin}'`;
    return `the Packer ${version} in '${folder}' has no amazon plugin ${plugin}; ${fix}`;
  }
  return "no Packer from 1.10 on is on PATH or in MODERN_PACKER";
}

/** The only version that the template accepts. */
function pluginVersion(): string {
  const text = packerFiles("modern")["packer/template/modern/plugins.pkr.hcl"] ?? "";
  return /version = "([\d.]+)"/.exec(text)?.[1] ?? "";
}

function modernVersion(folder: string): string | undefined {
  try {
    const { version, generation } = packerOf(ask(folder, ["version"]));
    return generation === "modern" ? version : undefined;
  } catch {
    return undefined; // another program of that name, such as cracklib's
  }
}

function ask(folder: string, args: string[]): string {
  const environment = { ...process.env, CHECKPOINT_DISABLE: "1" };
  return spawnSync(join(folder, "packer"), args, { encoding: "utf8", input: "", env: environment }).stdout ?? "";
}
