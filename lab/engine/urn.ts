const STACK_TYPE = "pulumi:pulumi:Stack";

/** Creates a URN as Pulumi does: `urn:pulumi:<stack>::<project>::<types of the parents and itself>::<name>`. */
export function makeUrn(
  stack: string,
  project: string,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const parentType = parent === undefined ? STACK_TYPE : qualifiedType(parent);
  const path = parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${path}::${name}`;
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2];
}

/** The type token in a URN. */
export function typeOf(urn: string): string {
  return qualifiedType(urn).split("$").pop() ?? "";
}

/** The logical name in a URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
