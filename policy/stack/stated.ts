import type { PolicyResource } from "@pulumi/policy";
import { forgetUnjudged } from "./unjudged";

type Props = PolicyResource["props"];

/** Inputs of each resource of this run as the provider checked them, by URN. */
const statedByUrn = new Map<string, Props>();

/** What the engine handed over before the inputs took its place. */
const outputsByResource = new WeakMap<object, Props>();

let isJudged = false;

/**
 * Keeps what the program stated of a resource, for the rules that judge the whole stack: those get outputs, in which a preview has
 * unknown whatever the provider fills in, stated or not.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go (AnalyzeResources)
 */
export function remember({ urn, props }: { readonly urn: string; readonly props: Props }): void {
  if (isJudged) {
    statedByUrn.clear();
    forgetUnjudged();
  }
  isJudged = false;
  statedByUrn.set(urn, props);
}

/** The resources with what the program stated for properties; one that was only looked up keeps its outputs. */
export function asStated(resources: readonly PolicyResource[]): readonly PolicyResource[] {
  isJudged = true;
  for (const resource of resources) {
    outputsByResource.set(resource, resource.props);
    resource.props = statedByUrn.get(resource.urn) ?? resource.props;
  }
  return resources;
}

/** What the provider plans or made of a resource, such as its id and ARN. */
export function outputsOf(resource: Pick<PolicyResource, "props">): Props {
  return outputsByResource.get(resource) ?? resource.props;
}
