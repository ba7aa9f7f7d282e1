import { between, jsonObject, listOf, matching, type ShapeOf } from "../validation/shape";
import type { ChefConvergence } from "./user-data";

/**
 * What the client takes for an item: qualified, or a recipe's bare name without brackets.
 *
 * @see https://github.com/chef/chef/blob/main/lib/chef/run_list/run_list_item.rb
 */
const item = matching(
  /^(recipe\[[^\]@\s,]+(@\d+(\.\d+){1,2})?\]|role\[[^\]\s,]+\]|[^[\]@\s,]+(@\d+(\.\d+){1,2})?)$/,
  "'recipe[cookbook]', 'recipe[cookbook::recipe@1.2.3]' or 'role[name]'",
  "write one item in each text of the list",
);

/** What a Chef server takes for the name of an environment, a policy or a policy's group. */
const name = matching(
  /^[A-Za-z0-9_.-]{1,255}$/,
  "letters, digits, dots, dashes and underscores",
  "give the name by which the Chef server knows it",
);

export const convergenceShape = {
  runList: listOf(item),
  environment: name,
  policyName: name,
  policyGroup: name,
  attributes: jsonObject,
  convergeTimeoutSeconds: between(1, Number.POSITIVE_INFINITY, "seconds", "leave it out for an hour"),
} satisfies ShapeOf<ChefConvergence>;
