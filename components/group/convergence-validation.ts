import type { ValidationIssue } from "../validation/issues";
import { isPlain } from "../validation/outputs";
import type { ChefConvergence } from "./user-data";

/** What is wrong with what a node converges to, as far as its parts contradict each other. */
export function convergenceIssues(args: ChefConvergence): ValidationIssue[] {
  return [...policyIssues(args), ...attributeIssues(args.attributes)];
}

/**
 * Attributes that the client takes for more than attributes, over all that it is told otherwise.
 *
 * @see https://github.com/chef/chef/blob/v18.8.72/lib/chef/node.rb consume_attributes, and policy_builder/policyfile.rb
 */
const TAKEN_BY_CLIENT: Readonly<Record<string, string>> = {
  run_list: "give it as 'runList'",
  recipes: "give the run list as 'runList', or call the attribute otherwise; beside a run list the client refuses it",
  chef_environment: "give it as 'environment'",
  policy_name: "give it as 'policyName'",
  policy_group: "give it as 'policyGroup'",
};

/** What is wrong with attributes, as far as they are known. */
export function attributeIssues(attributes: unknown): ValidationIssue[] {
  if (!isPlain(attributes)) return [];
  return Object.entries(attributes).flatMap(([name, value]): ValidationIssue[] => {
    const fix = Object.hasOwn(TAKEN_BY_CLIENT, name) ? TAKEN_BY_CLIENT[name] : undefined;
    const expected = "no attribute of this name, which the Chef client takes for what it is to run";
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
  const expected = "no run list and no environment beside a policyfile";
  return [{ property: "policyName", value: policyName, expected, fix: "leave out 'runList' and 'environment'" }];
}
