import { createHash } from "node:crypto";
import type { Log, ReportingDescriptor, Result } from "sarif";
import { PACK_NAME } from "../pack-name";
import { rules } from "../rules";
import type { Finding, Review } from "./finding";

/** GitHub shows this score as low (< 4), medium (< 7), high (< 9) or critical. */
const SCORES = { low: "2.0", medium: "5.0", high: "8.0", critical: "9.5" } as const;

/**
 * A SARIF 2.1.0 log. The location of a finding is the stack's configuration file, since the engine reports no line numbers; its logical
 * location is the URN.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function asSarif(review: Review): string {
  const descriptors = [...rules.map(descriptor), ...ofTeams(review.findings)];
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: PACK_NAME, rules: descriptors } },
        results: review.findings.map((finding) => result(finding, review.stack, descriptors)),
        invocations: [
          {
            executionSuccessful: review.errors.length === 0,
            toolExecutionNotifications: review.errors.map((text) => ({ level: "error", message: { text } })),
          },
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor({
  name,
  description,
  remediationSteps,
  url,
  severity,
  enforcementLevel,
  tags,
}: (typeof rules)[number]): ReportingDescriptor {
  return {
    id: name,
    shortDescription: { text: description },
    help: { text: remediationSteps ?? description },
    helpUri: url,
    defaultConfiguration: { enabled: enforcementLevel !== "disabled", level: levelOf(enforcementLevel) },
    properties: { tags: [...(tags ?? []), "security"], "security-severity": severity && SCORES[severity] },
  };
}

/** For rules of other packs only their findings are known; a rule's name is unique only within its pack. */
function ofTeams(findings: readonly Finding[]): ReportingDescriptor[] {
  const byId = new Map(findings.flatMap((one) => (one.pack === undefined ? [] : [[idOf(one), one] as const])));
  return [...byId].map(([id, { rule, level, severity }]) => ({
    id,
    shortDescription: { text: rule },
    defaultConfiguration: { enabled: true, level: levelOf(level) },
    properties: { tags: ["security"], ...(severity !== "unspecified" && { "security-severity": SCORES[severity] }) },
  }));
}

function idOf({ rule, pack }: Finding): string {
  return pack === undefined ? rule : `${pack}/${rule}`;
}

function levelOf(level: string | undefined): "error" | "warning" | "note" {
  if (level === "mended") return "note";
  return level === "mandatory" ? "error" : "warning";
}

function result(finding: Finding, stack: string, descriptors: readonly ReportingDescriptor[]): Result {
  const { level, urn, message } = finding;
  const ruleId = idOf(finding);
  return {
    ruleId,
    ruleIndex: descriptors.findIndex(({ id }) => id === ruleId),
    level: levelOf(level),
    message: { text: message },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: `Pulumi.${stack}.yaml` }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }],
      },
    ],
    // GitHub identifies findings by this fingerprint, and would otherwise use the line, which is the
    // same for all.
    partialFingerprints: { primaryLocationLineHash: createHash("sha256").update(`${ruleId} ${urn}`).digest("hex") },
  };
}
