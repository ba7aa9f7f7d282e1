/**
 * The rules of the policy pack, for a pack of your own.
 *
 * @module pulumi-chef-autoscaling/policy
 */

import type { Policies } from "@pulumi/policy";
import * as group from "./group";
import * as image from "./image";
import { propertiesKnown } from "./properties-known";
import * as security from "./security";

export * from "./group";
export * from "./image";
export * from "./security";
export { propertiesKnown };

/** All rules of the pack, for this pack and for yours. */
export const rules: Policies = [
  // What runs an image must suit its bake
  ...Object.values(image),
  // A group scales, reports and rolls back
  ...Object.values(group),
  // Nothing is open, plain or wider than it must be
  ...Object.values(security),
  // And what none of them could know
  propertiesKnown,
];
