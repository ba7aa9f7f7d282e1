import assert from "node:assert/strict";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ChangeMessageVisibilityBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { withCallNames } from "../../aws/client";
import { type AwsCause, awsFailureOf, messageOf } from "../../aws/failure";

const CREDENTIALS = { accessKeyId: "a", secretAccessKey: "s" };

type Answer = { readonly statusCode: number; readonly body: string; readonly type?: string } | Error;

/** Settings of a client that gets one response without a request. */
function answered(answer: Answer, more: object = {}) {
  const handle = async () => {
    if (answer instanceof Error) throw answer;
    const { statusCode, body, type = "text/xml" } = answer;
    return { response: { statusCode, headers: { "content-type": type }, body: new TextEncoder().encode(body) } };
  };
  return {
    region: "eu-west-3",
    credentials: CREDENTIALS,
    maxAttempts: 1,
    requestHandler: { handle },
    ...more,
  } as never;
}

async function failureOfEc2(answer: Answer, more: object = {}) {
  const ec2 = withCallNames(new EC2Client(answered(answer, more)));
  const error = await ec2.send(new DescribeInstancesCommand({})).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return { error, failure: awsFailureOf(error) };
}

const ec2Error = (
  code: string,
  statusCode = 403,
  message = "You are not authorized to perform this operation.",
): Answer => ({
  statusCode,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
});
const network = (code: string, message: string) => Object.assign(new Error(message), { code });
const provider = (message: string) => async () => {
  throw Object.assign(new Error(message), { name: "CredentialsProviderError" });
};

/** Each cause in the form in which the SDK's own client gets it. */
const CASES: readonly (readonly [AwsCause, Answer, object?])[] = [
  ["denied", ec2Error("UnauthorizedOperation")],
  ["expired", ec2Error("RequestExpired", 400)],
  ["expired", ec2Error("ExpiredToken", 400)],
  ["not-accepted", ec2Error("AuthFailure", 401)],
  ["not-accepted", ec2Error("OptInRequired", 401)],
  ["clock", ec2Error("SignatureDoesNotMatch")],
  ["throttled", ec2Error("RequestLimitExceeded", 503)],
  ["unavailable", ec2Error("InternalError", 500)],
  ["not-found", ec2Error("InvalidInstanceID.NotFound", 400)],
  ["refused", ec2Error("InvalidParameterValue", 400)],
  ["unknown-host", network("ENOTFOUND", "getaddrinfo ENOTFOUND ec2.eu-north-9.amazonaws.com")],
  ["unreachable", network("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1")],
  ["unreachable", Object.assign(new Error("socket hang up"), { name: "TimeoutError" })],
  ["unreachable", network("CERT_HAS_EXPIRED", "certificate has expired")],
  ["no-credentials", ec2Error("x"), { credentials: provider("Could not load credentials from any providers") }],
  [
    "expired",
    ec2Error("x"),
    {
      credentials: provider(
        "The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login",
      ),
    },
  ],
  ["no-region", ec2Error("x"), { region: async () => Promise.reject(new Error("Region is missing")) }],
];

describe("an AWS error", () => {
  for (const [cause, answer, more] of CASES) {
    const title =
      answer instanceof Error ? answer.message : `${answer.statusCode} ${/<Code>(.*)<\/Code>/.exec(answer.body)?.[1]}`;
    it(`is described by its cause, with the call and the next step: ${cause} (${more ? Object.keys(more) : title})`, async () => {
      const { error, failure } = await failureOfEc2(answer, more);
      assert.equal(failure?.cause, cause, String(error));
      assert.match(failure.message, /^ec2:DescribeInstances/);
      assert.equal(messageOf(error), `${failure.message}; ${failure.fix}`);
    });
  }

  it("names the action to allow, as IAM writes it, and AWS's message", async () => {
    const { failure } = await failureOfEc2(ec2Error("UnauthorizedOperation"));
    assert.equal(
      failure?.message,
      "ec2:DescribeInstances in eu-west-3 is not allowed (UnauthorizedOperation): You are not authorized to perform this operation.",
    );
    assert.match(failure.fix, /^allow ec2:DescribeInstances for this identity: in the policies of the function's/);
  });

  it("names the action even if IAM's name differs from the SDK's", async () => {
    const denied: Answer = {
      statusCode: 400,
      type: "application/json",
      body: '{"__type":"AccessDeniedException","message":"no"}',
    };
    const fixOf = async (asking: Promise<unknown>) => awsFailureOf(await asking.catch((error: unknown) => error))?.fix;
    const lambda = withCallNames(new LambdaClient(answered(denied)));
    const sqs = withCallNames(new SQSClient(answered(denied)));
    const groups = withCallNames(new AutoScalingClient(answered(ec2Error("AccessDenied"))));
    const fixes = await Promise.all([
      fixOf(lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "f" }))),
      fixOf(sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: "https://q/1/q", Entries: [] }))),
      fixOf(groups.send(new DescribeAutoScalingGroupsCommand({}))),
    ]);
    assert.deepEqual(
      fixes.map((fix) => /allow ([^:]+:[A-Za-z]+) for this identity:/.exec(fix ?? "")?.[1]),
      ["lambda:GetFunctionConfiguration", "sqs:ChangeMessageVisibility", "autoscaling:DescribeAutoScalingGroups"],
    );
  });

  it("names the action that AWS says is missing, if that is another one than the call", async () => {
    const fixOf = async (message: string) =>
      (await failureOfEc2(ec2Error("AccessDenied", 403, message))).failure?.fix ?? "";
    const who = "User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ";
    const role = "arn:aws:iam::222222222222:role/deploy";
    // Reading the credentials of a profile with a role_arn, before the call itself
    assert.match(
      await fixOf(`${who}sts:AssumeRole on resource: ${role}`),
      /^allow sts:AssumeRole for this identity, and this identity in the role's trust policy: /,
    );
    assert.match(await fixOf(`${who}kms:Decrypt on resource: arn:aws:kms:eu-west-3:1:key/k`), /^allow kms:Decrypt /);
    assert.match(
      await fixOf("The ciphertext refers to a customer master key that does not exist"),
      /^allow kms:Decrypt /,
    );
    assert.match(await fixOf("Access to KMS is not allowed"), /^allow kms:Decrypt /);
    assert.match(
      await fixOf(`${who}ec2:DescribeInstances because no identity-based policy allows it`),
      /^allow ec2:DescribeI/,
    );
  });

  it("names the kind of policy with an explicit deny, which no permission outweighs", async () => {
    const message =
      "User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy";
    const { failure } = await failureOfEc2(ec2Error("UnauthorizedOperation", 403, message));
    assert.equal(
      failure?.fix,
      "a service control policy denies ec2:DescribeInstances explicitly, which no other policy can allow: ask whoever manages it to change it",
    );
  });

  it("keeps its name, which other code uses", async () => {
    const { error } = await failureOfEc2(ec2Error("InvalidInstanceID.NotFound", 400));
    assert.equal((error as Error).name, "InvalidInstanceID.NotFound");
  });

  it("is not recognized in any other error", () => {
    assert.equal(awsFailureOf(new Error("no")), undefined);
    assert.equal(messageOf(new Error("no")), "no");
    assert.equal(messageOf("no"), "no");
  });
});
