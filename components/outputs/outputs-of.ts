import * as pulumi from "@pulumi/pulumi";

/** The outputs of a component for `registerOutputs`: all its fields that are outputs, once the constructor has set them. */
export function outputsOf(component: pulumi.ComponentResource): Record<string, pulumi.Output<unknown>> {
  const { urn: _, ...fields } = component;
  const outputs = Object.entries(fields).filter(([, value]) => pulumi.Output.isInstance(value));
  return Object.fromEntries(outputs) as Record<string, pulumi.Output<unknown>>;
}
