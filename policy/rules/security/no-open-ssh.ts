import { isEverywhere } from "../../../aws/cidr";
import { hasUnknown, isUnknown, list, number, read, text, UNKNOWN } from "../../stack/known";
import { resourceRule, type Subject } from "../../stack/rule";
import { TYPE } from "../../stack/types";

const SSH = 22;

export const noOpenSsh = resourceRule(
  {
    name: "no-open-ssh",
    description: "SSH that is open to the whole internet is tried by the whole internet",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    remediationSteps:
      "Open a shell through SSM Session Manager ('sessionManager'), or let in your own addresses alone.",
    checkov: ["CKV_AWS_24", "CKV_AWS_277"],
  },
  [TYPE.securityGroup, TYPE.defaultSecurityGroup, TYPE.securityGroupRule, TYPE.ingressRule],
  (subject, say) => {
    say.ifUnknown(subject, "ingress");
    for (const { where, rule } of ingressOf(subject)) {
      if (mayBeOpen(rule)) say.cannotKnow(subject, where);
      const from = openTo(rule);
      if (from === undefined || !coversSsh(rule)) continue;
      const what = coversAll(rule) ? "everything, SSH too," : "SSH";
      say(subject, `lets ${what} in from '${from}' (${where})`, "use SSM Session Manager, or name your own addresses");
    }
  },
);

/** Whether only unknown values keep a rule from being one that lets everybody in by SSH. */
function mayBeOpen(rule: unknown): boolean {
  if (rule === UNKNOWN) return true;
  const ports = ["protocol", "ipProtocol", "fromPort", "toPort"].some((key) => isUnknown(rule, key));
  const sources = BLOCKS.some((key) => hasUnknown(read(rule, key)));
  if (openTo(rule) !== undefined) return ports && !coversSsh(rule);
  return sources && (ports || coversSsh(rule));
}

const BLOCKS = ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"];

function ingressOf({ type, props }: Subject): { where: string; rule: unknown }[] {
  if (type === TYPE.securityGroup || type === TYPE.defaultSecurityGroup) {
    return list(props, "ingress").map((rule, index) => ({ where: `ingress[${index}]`, rule }));
  }
  const isRule = type === TYPE.securityGroupRule;
  if (isRule && !isUnknown(props, "type") && text(props, "type") !== "ingress") return [];
  return [{ where: "the rule itself", rule: props }];
}

function openTo(rule: unknown): string | undefined {
  const blocks = [
    ...list(rule, "cidrBlocks"),
    ...list(rule, "ipv6CidrBlocks"),
    read(rule, "cidrIpv4"),
    read(rule, "cidrIpv6"),
  ];
  return blocks.filter((block) => typeof block === "string").find(isEverywhere);
}

function protocolOf(rule: unknown): string | undefined {
  return (text(rule, "protocol") ?? text(rule, "ipProtocol"))?.toLowerCase();
}

/** Ports do not count where every protocol is meant, and -1 is every port. */
function coversAll(rule: unknown): boolean {
  if (["-1", "all"].includes(protocolOf(rule) ?? "")) return true;
  const [from, to] = [number(rule, "fromPort"), number(rule, "toPort")];
  return ["tcp", "6"].includes(protocolOf(rule) ?? "") && ((from === -1 && to === -1) || (from === 0 && to === 65535));
}

function coversSsh(rule: unknown): boolean {
  const protocol = protocolOf(rule);
  if (coversAll(rule)) return true;
  const [from, to] = [number(rule, "fromPort"), number(rule, "toPort")];
  return (protocol === "tcp" || protocol === "6") && from !== undefined && to !== undefined && from <= SSH && SSH <= to;
}
