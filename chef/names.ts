import { printable } from "./printable";

const NODE_NAME = /^[A-Za-z0-9_.:-]+$/;
const CLIENT_NAME = /^[A-Za-z0-9_.-]+$/;
const GROUP_NAME = /^[A-Za-z0-9_.-]{1,255}$/;
const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const LONGEST_QUOTE = 80;

/** A quoted value for an error message: truncated, so that a name of 5,000 characters does not fill a log, and safe to print. */
export function quote(value: string): string {
  return value.length <= LONGEST_QUOTE
    ? `'${printable(value)}'`
    : `'${printable(value.slice(0, LONGEST_QUOTE))}…' (${value.length} characters)`;
}

/** Whether a value is an EC2 instance id: `i-` and 8 or 17 lowercase hexadecimal digits. */
export function isInstanceId(value: unknown): value is string {
  return typeof value === "string" && INSTANCE_ID.test(value);
}

/** Whether a group's name can be part of a Chef client's name. */
export function isGroupName(value: unknown): value is string {
  return typeof value === "string" && GROUP_NAME.test(value);
}

/**
 * The name under which an instance of a group registers as node and client: `<group>-<instance id>`.
 *
 * @throws if the group's name or the instance id cannot be part of such a name
 */
export function nodeName(group: string, instanceId: string): string {
  if (!isGroupName(group)) {
    throw new Error(
      `the group name ${quote(group)} cannot be part of a Chef node name: expected 1 to 255 of A-Z a-z 0-9 _ . -, rename the group`,
    );
  }
  if (!isInstanceId(instanceId)) {
    throw new Error(
      `${quote(instanceId)} is not an instance id: expected 'i-' and 8 or 17 hexadecimal digits, as EC2 shows it`,
    );
  }
  return `${group}-${instanceId}`;
}

/** The instance id in a node's or client's name, or undefined if the name does not belong to this group. */
export function instanceIdOf(group: string, name: string): string | undefined {
  if (!name.startsWith(`${group}-`)) {
    return undefined;
  }
  const rest = name.slice(group.length + 1);
  return isInstanceId(rest) ? rest : undefined;
}

/**
 * The name, if it is safe in a path of the Chef server. Servers resolve "", "." and ".." to other objects and refuse signatures over
 * percent-encoded paths, so such names are never sent.
 */
export function checkedNodeName(name: string): string {
  return checked("node", name, NODE_NAME, "A-Z a-z 0-9 _ . : -");
}

/** Like checkedNodeName, for clients, whose names must not contain a colon. */
export function checkedClientName(name: string): string {
  return checked("client", name, CLIENT_NAME, "A-Z a-z 0-9 _ . -");
}

function checked(what: string, name: string, pattern: RegExp, allowed: string): string {
  if (name === "." || name === ".." || !pattern.test(name)) {
    throw new Error(
      `${quote(name)} cannot be the name of a Chef ${what}: expected one or more of ${allowed}, and neither '.' nor '..'`,
    );
  }
  return name;
}
