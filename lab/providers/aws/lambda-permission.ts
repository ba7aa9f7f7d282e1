import * as sdk from "@aws-sdk/client-lambda";
import { unlessGone } from "./gone";
import { needText, text } from "./reading";
import type { Call, ResourceType } from "./resource-type";
import { plain } from "./shape";

const INPUTS = [
  ...["action", "eventSourceToken", "function", "functionUrlAuthType", "principal", "principalOrgId"],
  ...["qualifier", "sourceAccount", "sourceArn", "statementId"],
];

/** `aws:lambda/permission:Permission`: a statement in the function's resource policy. */
export const permission: ResourceType = {
  inputs: plain(...INPUTS),
  required: ["action", "function", "principal"],
  replaces: INPUTS,
  automaticName: { key: "statementId" },
  computed: [],
  async create(call, inputs) {
    const StatementId = needText(inputs, "statementId");
    await call.clients.lambda.send(
      new sdk.AddPermissionCommand({
        Action: needText(inputs, "action"),
        EventSourceToken: text(inputs, "eventSourceToken"),
        FunctionName: needText(inputs, "function"),
        FunctionUrlAuthType: text(inputs, "functionUrlAuthType") as sdk.FunctionUrlAuthType | undefined,
        Principal: needText(inputs, "principal"),
        PrincipalOrgID: text(inputs, "principalOrgId"),
        Qualifier: text(inputs, "qualifier"),
        SourceAccount: text(inputs, "sourceAccount"),
        SourceArn: text(inputs, "sourceArn"),
        StatementId,
      }),
    );
    return StatementId;
  },
  async read(call, id, inputs) {
    return (await statements(call, needText(inputs, "function"))).includes(id) ? { statementId: id } : undefined;
  },
  async delete(call, id, state) {
    const FunctionName = needText(state, "function");
    if (!(await statements(call, FunctionName)).includes(id)) return;
    await call.clients.lambda.send(new sdk.RemovePermissionCommand({ FunctionName, StatementId: id }));
  },
};

async function statements(call: Call, FunctionName: string): Promise<(string | undefined)[]> {
  const answer = await unlessGone(call.clients.lambda.send(new sdk.GetPolicyCommand({ FunctionName })));
  const { Statement = [] } = JSON.parse(answer?.Policy ?? "{}") as { Statement?: { Sid?: string }[] };
  return Statement.map(({ Sid }) => Sid);
}
