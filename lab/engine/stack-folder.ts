import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { StackOptions } from "./stack-runner";

/** The stack's passphrase: from the environment, or generated once and stored beside the state, readable only by this user. */
export function passphrase(stateDir: string): string {
  if (process.env.PULUMI_CONFIG_PASSPHRASE) return process.env.PULUMI_CONFIG_PASSPHRASE;
  const file = join(stateDir, "passphrase");
  mkdirSync(stateDir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

/**
 * Writes the configuration for a command: the stack's file, overridden by the given values. This is a copy in the state folder, because
 * the CLI writes into the configuration file. @returns the path of the copy
 */
export function writeConfiguration(options: StackOptions, config: Readonly<Record<string, unknown>>): string {
  const source = options.configFile ?? join(options.project, `Pulumi.${options.stack}.yaml`);
  const copy = join(options.stateDir, `Pulumi.${options.stack}.yaml`);
  const settings = existsSync(source) ? (parse(readFileSync(source, "utf8")) as Settings) : {};
  // The salt that the CLI wrote on the first run belongs to the passphrase of the state.
  const { encryptionsalt } = existsSync(copy) ? (parse(readFileSync(copy, "utf8")) as Settings) : {};
  const merged = { ...settings, config: { ...settings.config, ...config } };
  mkdirSync(options.stateDir, { recursive: true });
  writeFileSync(copy, stringify(encryptionsalt === undefined ? merged : { ...merged, encryptionsalt }));
  return copy;
}

interface Settings {
  readonly config?: Record<string, unknown>;
  readonly encryptionsalt?: string;
}
