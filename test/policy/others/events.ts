import { TYPE } from "../../../policy/stack/types";
import { attachment, document, type OtherProgram, res, serviceRole } from "./program";

/** Public programs with functions, queues, topics and roles, rewritten. */
export const EVENTS: Readonly<Record<string, OtherProgram>> = {
  "a queue and its worker function": {
    stack: {
      queue: res(TYPE.queue, { visibilityTimeoutSeconds: 180 }),
      worker: res(TYPE.function, {
        runtime: "python3.12",
        environment: { variables: { DB_SECRET: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a" } },
      }),
      source: res(
        TYPE.eventSourceMapping,
        { eventSourceArn: "$unknown", functionName: "$unknown" },
        { eventSourceArn: "queue", functionName: "worker" },
      ),
    },
    advises: ["queue-encrypted", "function-dead-letters", "batch-reports-failures"],
  },
  "a topic that fans out to queues": {
    stack: {
      topic: res(TYPE.topic, {}),
      queue: res(TYPE.queue, {}),
      letters: res(TYPE.queue, {}),
      redrive: res(
        TYPE.redrivePolicy,
        { queueUrl: "$unknown", redrivePolicy: "$unknown" },
        { queueUrl: "queue", redrivePolicy: "letters" },
      ),
      policy: res(
        TYPE.queuePolicy,
        { queueUrl: "$unknown", policy: "$unknown" },
        { queueUrl: "queue", policy: ["queue", "topic"] },
      ),
      subscription: res(
        TYPE.topicSubscription,
        { topic: "$unknown", protocol: "sqs", endpoint: "$unknown" },
        { topic: "topic", endpoint: "queue" },
      ),
    },
    advises: ["topic-encrypted"],
  },
  "a topic that loses what its queue cannot handle": {
    stack: {
      topic: res(TYPE.topic, {}),
      queue: res(TYPE.queue, {}),
      subscription: res(
        TYPE.topicSubscription,
        { topic: "$unknown", protocol: "sqs", endpoint: "$unknown" },
        { topic: "topic", endpoint: "queue" },
      ),
    },
    stops: ["dead-letter-queue"],
  },
  "a stack that only has a function and a schedule": {
    stack: {
      nightly: res(TYPE.function, { runtime: "nodejs22.x" }),
      rule: res(TYPE.eventRule, { scheduleExpression: "rate(1 day)" }),
      target: res(TYPE.eventTarget, { rule: "$unknown", arn: "$unknown" }, { rule: "rule", arn: "nightly" }),
      permission: res(
        TYPE.permission,
        {
          action: "lambda:InvokeFunction",
          function: "$unknown",
          principal: "events.amazonaws.com",
          sourceArn: "$unknown",
        },
        { function: "nightly", sourceArn: "rule" },
      ),
    },
  },
  "cross-account deployment roles": {
    stack: {
      role: res(TYPE.role, {
        assumeRolePolicy: document({
          Action: "sts:AssumeRole",
          Principal: { AWS: "arn:aws:iam::210987654321:root" },
          Condition: { StringEquals: { "sts:ExternalId": "web" } },
        }),
      }),
      oidc: res(TYPE.role, {
        assumeRolePolicy: document({
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
          Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/web:*" } },
        }),
      }),
    },
  },
  "a serverless API of raw resources, of pulumi/examples": {
    stack: {
      policy: res(TYPE.rolePolicy, {
        policy: document(
          { Action: ["dynamodb:UpdateItem"], Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/counter" },
          { Action: ["logs:*", "cloudwatch:*"], Resource: "*" },
        ),
      }),
      counter: res(TYPE.function, { runtime: "dotnet8" }),
      permission: res(
        TYPE.permission,
        { action: "lambda:invokeFunction", principal: "apigateway.amazonaws.com", sourceArn: "$unknown" },
        { function: "counter" },
      ),
    },
    stops: ["least-privilege"],
    advises: ["function-runtime"],
  },
  "a site on function URLs, of pulumi/examples": {
    stack: {
      server: res(TYPE.function, { runtime: "nodejs18.x" }),
      url: res(TYPE.functionUrl, { authorizationType: "NONE" }, { functionName: "server" }),
      permission: res(
        TYPE.permission,
        { action: "lambda:InvokeFunctionUrl", principal: "*", functionUrlAuthType: "NONE" },
        { function: "server" },
      ),
    },
    stops: ["function-url-needs-auth"],
    advises: ["function-runtime"],
  },
  "a role for deployments by OIDC, of pulumi/examples": {
    stack: {
      role: serviceRole("ec2.amazonaws.com"),
      attach: attachment("arn:aws:iam::aws:policy/AdministratorAccess"),
    },
    stops: ["no-wide-managed-policy"],
  },
  "a state machine that may invoke any function, of pulumi/examples": {
    stack: { policy: res(TYPE.rolePolicy, { policy: document({ Action: ["lambda:InvokeFunction"], Resource: "*" }) }) },
    stops: ["least-privilege"],
  },
  "a function that names pictures": {
    stack: {
      policy: res(TYPE.rolePolicy, {
        policy: document({ Action: ["rekognition:DetectLabels", "xray:PutTraceSegments"], Resource: "*" }),
      }),
    },
    advises: ["least-privilege"],
  },
  "a topic for one's own account": {
    stack: {
      topic: res(TYPE.topic, { kmsMasterKeyId: "$unknown" }),
      policy: res(
        TYPE.topicPolicy,
        {
          policy: document({
            Principal: { AWS: "arn:aws:iam::123456789012:root" },
            Action: "sns:Publish",
            Resource: "*",
          }),
        },
        { arn: "topic" },
      ),
    },
    advises: ["topic-in-account"],
  },
};
