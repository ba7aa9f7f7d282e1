import type { Policies } from "@pulumi/policy";
import { PACK_NAME } from "../pack-name";
import { rules } from "../rules";

type Rule = Policies[number];

/**
 * The package's rule that a finding comes from, whichever pack includes it. Another rule may have the same name, so the description is
 * compared as well.
 */
export function knownRule(name: string, pack: string | undefined, message: string): Rule | undefined {
  const rule = rules.find((one) => one.name === name);
  const isOurs = pack === undefined || pack === PACK_NAME || message.startsWith(`${rule?.description}\n`);
  return isOurs ? rule : undefined;
}
