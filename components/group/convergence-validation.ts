import type { ValidationIssue } from "../validation/issues";
import type { ChefConvergence } from "./user-data";

/** What the client takes for an item, by its `run_list_item.rb`: qualified, or a recipe's bare name without brackets. */
const ITEM = /^(recipe\[[^\]@\s,]+(@\d+(\.\d+){1,2})?\]|role\[[^\]\s,]+\]|[^[\]@\s,]+(@\d+(\.\d+){1,2})?)$/;

/** What a Chef server takes for the name of an environment, a policy or a policy's group. */
const NAME = /^[A-Za-z0-9_.-]{1,255}$/;

/**
 * What is wrong with what a node converges to, as far as its text tells.
 *
 * @see https://github.com/chef/chef/blob/main/lib/chef/run_list/run_list_item.rb
 */
export function convergenceIssues(args: ChefConvergence): ValidationIssue[] {
  return [...runListIssues(args), ...nameIssues(args), ...policyIssues(args), ...timeoutIssues(args)];
}

function runListIssues({ runList = [] }: ChefConvergence): ValidationIssue[] {
  return runList.flatMap((value, index) => {
    if (ITEM.test(value)) return [];
    const expected = "'recipe[cookbook]', 'recipe[cookbook::recipe@1.2.3]' or 'role[name]'";
    return [{ property: `runList.${index}`, value, expected, fix: "write one item in each text of the list" }];
  });
}

function nameIssues(args: ChefConvergence): ValidationIssue[] {
  return (["environment", "policyName", "policyGroup"] as const).flatMap((property) => {
    const value = args[property];
    if (value === undefined || NAME.test(value)) return [];
    const expected = "letters, digits, dots, dashes and underscores";
    return [{ property, value, expected, fix: "give the name by which the Chef server knows it" }];
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

function timeoutIssues({ convergeTimeoutSeconds: value }: ChefConvergence): ValidationIssue[] {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return [];
  const fix = "leave it out for an hour";
  return [{ property: "convergeTimeoutSeconds", value, expected: "a whole number of seconds", fix }];
}
