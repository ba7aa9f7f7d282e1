import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs } from "../../components";
import { groupArgs } from "./arguments";
import { type Declaration, declare } from "./declare";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** Declares the group "web" with these arguments in addition to the required ones. */
export function declareGroup(args: Partial<ChefAutoScalingGroupArgs> = {}): Promise<Declaration> {
  return declare(() => new ChefAutoScalingGroup("web", groupArgs(args)));
}

/** The inputs of the Auto Scaling Group itself. */
export async function groupInputs(args: Partial<ChefAutoScalingGroupArgs>): Promise<Record<string, unknown>> {
  return (await declareGroup(args)).one("aws:autoscaling/group:Group").inputs;
}

/** All actions that a role's policy allows. */
export function actions(declared: Declaration, policyEnding: string): string[] {
  const document = declared.one("aws:iam/rolePolicy:RolePolicy", policyEnding).inputs.policy as {
    Statement: Array<{ Action: string | string[] }>;
  };
  return document.Statement.flatMap(({ Action }) => Action);
}

export function userData(declared: Declaration): string {
  return Buffer.from(declared.one(TEMPLATE).inputs.userData as string, "base64").toString();
}
