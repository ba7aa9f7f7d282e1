import { type ValidationIssue, withoutValues } from "../validation/issues";
import { isPlain } from "../validation/outputs";
import { pastedKeys } from "../validation/pasted-keys";
import type { ChefConvergence } from "./user-data";

/** Contradictions in what a node converges to. */
export function convergenceIssues(args: ChefConvergence): ValidationIssue[] {
  return [...policyIssues(args), ...attributeIssues(args.attributes)];
}

/**
 * Attributes that the client also uses as settings, which override the same settings from elsewhere.
 *
 * @see https://github.com/chef/chef/blob/v18.8.72/lib/chef/node.rb consume_attributes, and policy_builder/policyfile.rb
 */
const TAKEN_BY_CLIENT: Readonly<Record<string, string>> = {
  run_list: "set 'runList' instead",
  recipes: "set the run list in 'runList', or rename the attribute; together with a run list the client refuses it",
  chef_environment: "set 'environment' instead",
  policy_name: "set 'policyName' instead",
  policy_group: "set 'policyGroup' instead",
};

/** Issues with the attributes, as far as they are known. */
function attributeIssues(attributes: unknown): ValidationIssue[] {
  if (!isPlain(attributes)) return [];
  return Object.entries(attributes).flatMap(([name, value]): ValidationIssue[] => {
    const fix = Object.hasOwn(TAKEN_BY_CLIENT, name) ? TAKEN_BY_CLIENT[name] : undefined;
    const expected = "no attribute with this name, because the Chef client uses it to decide what to run";
    return fix ? [{ property: `attributes.${name}`, value, expected, fix }] : [];
  });
}

function policyIssues({ policyName, policyGroup, runList, environment }: ChefConvergence): ValidationIssue[] {
  if (Boolean(policyName) !== Boolean(policyGroup)) {
    const property = policyName ? "policyGroup" : "policyName";
    const expected = "'policyName' and 'policyGroup' together";
    return [{ property, value: undefined, expected, fix: "give both or neither" }];
  }
  if (!policyName || (!runList?.length && !environment)) return [];
  const expected = "no run list and no environment together with a policyfile";
  return [{ property: "policyName", value: policyName, expected, fix: "leave out 'runList' and 'environment'" }];
}

/** The same for attributes that were known only later, with the check for pasted keys that other arguments had before. */
export function laterAttributeIssues(attributes: unknown): ValidationIssue[] {
  return withoutValues([...pastedKeys(attributes, "attributes"), ...attributeIssues(attributes)]);
}
