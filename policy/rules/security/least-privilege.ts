import { list, read } from "../../stack/known";
import { resourceRule, type Subject } from "../../stack/rule";
import { type Allowed, allowedBy } from "../../stack/statements";
import { TYPE } from "../../stack/types";

/** Actions for which AWS knows no narrower resource; reading calls are told by their verb, Systems Manager's channels by their service. */
const ANYWHERE = new Set(
  `cloudwatch:getmetricdata cloudwatch:getmetricstatistics cloudwatch:putmetricdata
  ec2:createnetworkinterface ec2:deletenetworkinterface ec2:getspotplacementscores ec2:getinstancetypesfrominstancerequirements
  ecr:getauthorizationtoken ecr-public:getauthorizationtoken sts:getcalleridentity sts:getservicebearertoken tag:getresources
  kms:generaterandom kms:createkey s3:listallmybuckets sns:unsubscribe logs:putresourcepolicy
  xray:puttelemetryrecords xray:puttracesegments xray:getsamplingrules xray:getsamplingtargets`.split(/\s+/),
);

export const leastPrivilege = resourceRule(
  {
    name: "least-privilege",
    description:
      "A role may do what it was made for and no more: no '*' action, no '*' resource where AWS knows a narrower one",
    severity: "high",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    remediationSteps: "Name each action, and the ARN of what it is done to.",
    checkov: ["CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_286", "CKV_AWS_288", "CKV_AWS_289", "CKV_AWS_290", "CKV_AWS_355"],
  },
  [TYPE.rolePolicy, TYPE.userPolicy, TYPE.groupPolicy, TYPE.policyDocument, TYPE.role],
  (subject, say) => {
    for (const statement of documentsOf(subject).flatMap(allowedBy)) {
      const [exception] = statement.allBut;
      const wide = statement.actions.filter((action) => /^\*+$|:\*+$/.test(action));
      if (exception !== undefined) {
        say(subject, `allows all but what '${exception}' lists ('${statement.title}')`, "list what is allowed instead");
      } else if (wide.length > 0) {
        say(
          subject,
          `allows the action '${wide[0]}' ('${statement.title}')`,
          "name the actions that are really called",
        );
      } else if (statement.resources.some(isEverything) && !statement.isNarrowed) {
        const narrow = narrower(statement);
        if (narrow)
          say(subject, `allows '${narrow}' on '*' ('${statement.title}')`, "name the ARN of what it is done to");
      }
    }
  },
);

/** `*`, and an ARN that names neither an account nor anything in it, such as `arn:aws:s3:::*`. */
function isEverything(resource: string): boolean {
  if (/^\*+$/.test(resource) || /^arn:[^:]*:[^:]*:[^:]*:\*?:\*(?:\/\*)?$/.test(resource)) return true;
  return /^arn:[^:]*:[^:]*:[^:]*:\*:[\w-]+[/:]\*$/.test(resource);
}

function documentsOf({ props }: Subject): unknown[] {
  return [read(props, "policy"), ...list(props, "inlinePolicies").map((inline) => read(inline, "policy"))];
}

/** The first action of a statement that could be given a resource. */
function narrower({ actions }: Allowed): string | undefined {
  return actions.find(
    (action) => !ANYWHERE.has(action.toLowerCase()) && !/^(ssmmessages|ec2messages):|:(describe|list)/i.test(action),
  );
}
