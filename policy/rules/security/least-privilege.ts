import { isUnknown, list, read, UNKNOWN } from "../../stack/known";
import { resourceRule, STRICT, type Subject } from "../../stack/rule";
import { type Allowed, allowedBy, unclearIn } from "../../stack/statements";
import { TYPE } from "../../stack/types";

/**
 * Actions without a narrower resource, and those of Lambda's own roles for VPCs, which have none; read actions are recognized by their
 * verb, Systems Manager's channels by their service.
 */
const ANYWHERE = new Set(
  `cloudwatch:getmetricdata cloudwatch:getmetricstatistics cloudwatch:putmetricdata
  ec2:createnetworkinterface ec2:deletenetworkinterface ec2:getspotplacementscores ec2:getinstancetypesfrominstancerequirements
  ecr:getauthorizationtoken ecr-public:getauthorizationtoken sts:getcalleridentity sts:getservicebearertoken tag:getresources
  iam:generatecredentialreport iam:getaccountsummary lambda:createeventsourcemapping lambda:getaccountsettings
  secretsmanager:getrandompassword sts:decodeauthorizationmessage kms:generaterandom kms:createkey s3:listallmybuckets sns:unsubscribe logs:putresourcepolicy
  xray:puttelemetryrecords xray:puttracesegments xray:getsamplingrules xray:getsamplingtargets`.split(/\s+/),
);

/** Services in which nearly every action that changes something supports resources; for other services this is unknown. */
const NARROWABLE = new Set("autoscaling dynamodb ec2 iam kms lambda s3 secretsmanager sns sqs ssm sts".split(" "));

export const leastPrivilege = resourceRule(
  {
    name: "least-privilege",
    description:
      "A role should have only the permissions that it needs: no '*' action, and no '*' resource if AWS supports a narrower one",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    remediationSteps: "List each action, and the ARN of its resource.",
    checkov: ["CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_286", "CKV_AWS_288", "CKV_AWS_289", "CKV_AWS_290"],
    configSchema: {
      properties: {
        strict: {
          ...STRICT,
          description:
            "also fail all actions of one service, and services for which the rule does not know which actions can be restricted",
        },
      },
    },
  },
  [
    ...[TYPE.rolePolicy, TYPE.userPolicy, TYPE.groupPolicy, TYPE.policyDocument, TYPE.role],
    TYPE.permissionSetInlinePolicy,
  ],
  (subject, say) => {
    for (const { unknown, title, resources } of documentsOf(subject).flatMap(unclearIn)) {
      const parts = unknown.filter((part) => part !== "Condition" || resources.some(isEverything));
      for (const part of parts) say.cannotKnow(subject, `${part} ('${title}')`);
    }
    for (const statement of documentsOf(subject).flatMap(allowedBy)) {
      const finding = widthOf(statement);
      if (finding !== undefined) say(subject, `allows ${finding[0]} ('${statement.title}')`, finding[1], finding[2]);
    }
  },
);

/** What is too broad in a statement, what to do about it, and whether that is certain. */
function widthOf(statement: Allowed): [found: string, fix: string, certain: boolean] | undefined {
  const { actions, allBut, resources, isNarrowed } = statement;
  const [exception] = allBut;
  if (exception !== undefined) return [`all but what '${exception}' lists`, "list what is allowed instead", true];
  const everywhere = isNarrowed ? undefined : resources.find(isEverything);
  const wide = [/^\*+$/, /:\*+$/].map((width) => actions.find((action) => width.test(action)));
  const [all, ofService] = wide;
  // All actions on one bucket or table can be intended.
  if (all ?? ofService) {
    const isCertain = all !== undefined || everywhere !== undefined;
    return [`the action '${all ?? ofService}'`, "list the actions that are really called", isCertain];
  }
  if (everywhere === undefined) return undefined;
  const open = actions.filter(isNarrowable);
  const worst = open.find(isKnownNarrowable) ?? open[0];
  if (worst === undefined) return undefined;
  return [`'${worst}' on '${everywhere}'`, "set the ARN of the resource", isKnownNarrowable(worst)];
}

/** `*`, and an ARN that contains neither an account nor anything in it, such as `arn:aws:s3:::*`. */
function isEverything(resource: string): boolean {
  if (/^\*+$/.test(resource) || /^arn:[^:]*:[^:]*:[^:]*:\*?:\*(?:\/\*)?$/.test(resource)) return true;
  return /^arn:[^:]*:[^:]*:[^:]*:\*:[\w-]+[/:]\*$/.test(resource);
}

function documentsOf({ props }: Subject): unknown[] {
  const isOpen = isUnknown(props, "inlinePolicies");
  const inline = isOpen ? [UNKNOWN] : list(props, "inlinePolicies").map((one) => read(one, "policy"));
  return [read(props, "policy"), read(props, "inlinePolicy"), ...inline];
}

function isNarrowable(action: string): boolean {
  return !ANYWHERE.has(action.toLowerCase()) && !/^(ssmmessages|ec2messages):|:(describe|list)/i.test(action);
}

function isKnownNarrowable(action: string): boolean {
  const [service = ""] = action.toLowerCase().split(":");
  return NARROWABLE.has(service) && !/^ec2:get/i.test(action);
}
