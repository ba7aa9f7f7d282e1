import type { ValidationIssue } from "../validation/issues";
import type { ChefConvergence } from "./user-data";

/** Contradictions in what a node converges to. */
export function convergenceIssues({
  policyName,
  policyGroup,
  runList,
  environment,
}: ChefConvergence): ValidationIssue[] {
  if (Boolean(policyName) !== Boolean(policyGroup)) {
    const property = policyName ? "policyGroup" : "policyName";
    const expected = "'policyName' and 'policyGroup' together";
    return [{ property, value: undefined, expected, fix: "give both or neither" }];
  }
  if (!policyName || (!runList?.length && !environment)) return [];
  const expected = "no run list and no environment together with a policyfile";
  return [{ property: "policyName", value: policyName, expected, fix: "leave out 'runList' and 'environment'" }];
}
