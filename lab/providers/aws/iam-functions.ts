import * as sdk from "@aws-sdk/client-iam";
import type { Properties } from "../values";
import { knowing, type Lookup } from "./lookups";
import { outputs } from "./pascal";
import { needText, objects, texts } from "./reading";
import type { Call } from "./resource-type";
import { plain } from "./shape";

async function getInstanceProfile({ clients }: Call, args: Properties): Promise<Properties> {
  const InstanceProfileName = needText(args, "name");
  const { InstanceProfile } = await clients.iam.send(new sdk.GetInstanceProfileCommand({ InstanceProfileName }));
  const { InstanceProfileId: id, Arn: arn, Path: path, Roles: [role] = [] } = InstanceProfile ?? {};
  // Empty text if there is no role, as in the original: internal/service/iam/instance_profile_data_source.go
  const of = { roleArn: role?.Arn ?? "", roleId: role?.RoleId ?? "", roleName: role?.RoleName ?? "" };
  return outputs({ id, arn, path, name: InstanceProfileName, ...of });
}

/** @see https://github.com/hashicorp/terraform-provider-aws, internal/service/iam/principal_policy_simulation_data_source.go */
async function getPrincipalPolicySimulation({ clients }: Call, args: Properties): Promise<Properties> {
  const PolicySourceArn = needText(args, "policySourceArn");
  const ActionNames = texts(args, "actionNames") ?? [];
  const ContextEntries = objects(args, "contexts").map((one) => ({
    ContextKeyName: needText(one, "key"),
    ContextKeyType: needText(one, "type") as sdk.ContextKeyTypeEnum,
    ContextKeyValues: texts(one, "values"),
  }));
  const request = { PolicySourceArn, ActionNames, ResourceArns: texts(args, "resourceArns"), ContextEntries };
  const { EvaluationResults = [] } = await clients.iam.send(new sdk.SimulatePrincipalPolicyCommand(request));
  const results = EvaluationResults.map((one) => ({
    actionName: one.EvalActionName,
    allowed: one.EvalDecision === "allowed",
    decision: one.EvalDecision,
    resourceArn: one.EvalResourceName,
    missingContextKeys: one.MissingContextValues ?? [],
    decisionDetails: {},
    matchedStatements: [],
  }));
  const allAllowed = results.length > 0 && results.every(({ allowed }) => allowed);
  return outputs({ id: "-", policySourceArn: PolicySourceArn, actionNames: ActionNames, allAllowed, results });
}

/** The IAM functions of @pulumi/aws, by token. */
export const IAM_FUNCTIONS: Readonly<Record<string, Lookup>> = {
  ...knowing("aws:iam/getInstanceProfile:getInstanceProfile", plain("name"), getInstanceProfile),
  ...knowing(
    "aws:iam/getPrincipalPolicySimulation:getPrincipalPolicySimulation",
    { ...plain("actionNames", "policySourceArn", "resourceArns"), contexts: plain("key", "type", "values") },
    getPrincipalPolicySimulation,
  ),
};
