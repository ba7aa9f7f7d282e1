import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";

/** The stack that `pulumi stack init` selects, stored in the backend's folder instead of the CLI's own. */
const selection = () => join(fileURLToPath(process.env.PULUMI_BACKEND_URL ?? ""), "selected-stack");

/** `pulumi stack init NAME` */
export function initStack(name: string): void {
  const file = `Pulumi.${name}.yaml`;
  if (!existsSync(file)) writeFileSync(file, "config: {}\n");
  writeFileSync(selection(), name);
}

/** @throws the CLI's error if none is selected */
export function selectedStack(): string {
  if (!existsSync(selection())) throw new Error("error: no stack selected; please use `pulumi stack select`");
  return readFileSync(selection(), "utf8");
}

/** `pulumi config set KEY VALUE` */
export function setConfig(key: string, value: string): void {
  const file = `Pulumi.${selectedStack()}.yaml`;
  const settings = parse(readFileSync(file, "utf8"));
  writeFileSync(file, stringify({ ...settings, config: { ...settings.config, [key]: value } }));
}
