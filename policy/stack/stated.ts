import type { PolicyResource } from "@pulumi/policy";
import { forgetUnjudged } from "./unjudged";

type Props = PolicyResource["props"];

/** Inputs of each resource of this run after the provider has checked them, by URN. */
const statedByUrn = new Map<string, Props>();

/** The engine's outputs, before the inputs replaced them. */
const outputsByResource = new WeakMap<object, Props>();

let isJudged = false;

/**
 * Records the inputs of a resource for the stack rules: these get outputs, in which everything that the provider fills in is unknown during
 * a preview, whether stated or not.
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

/** The resources with their inputs as properties; one that was only looked up keeps its outputs. */
export function asStated(resources: readonly PolicyResource[]): readonly PolicyResource[] {
  isJudged = true;
  for (const resource of resources) {
    outputsByResource.set(resource, resource.props);
    resource.props = statedByUrn.get(resource.urn) ?? resource.props;
  }
  return resources;
}

/** The planned or actual outputs of a resource, such as its id and ARN. */
export function outputsOf(resource: Pick<PolicyResource, "props">): Props {
  return outputsByResource.get(resource) ?? resource.props;
}
