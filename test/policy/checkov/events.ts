import { TYPE } from "../../../policy/stack/types";
import { allow, document, type Example, type Examples, type Props } from "./example";

const policy = (statement: Props) => ({
  policy: { Version: "2012-10-17", Statement: [allow({ Resource: "$unknown", ...statement })] },
});
const BOUND = { Condition: { ArnEquals: { "aws:SourceArn": "$unknown" } } };
const FUNCTION = { runtime: "nodejs22.x", environment: { variables: { foo: "bar" } } };
const lambda = (props: Props): Example => [TYPE.function, { ...FUNCTION, ...props }];
const KEY = "arn:aws:kms:us-west-2:123456789101:key/1";

const ROLE = "arn:aws:iam::123456789101:role/sqs";
/** Principals in the policies of queues and topics: the same examples for both. */
const principals = (type: string, Action: unknown): Examples => {
  const lets = (Principal: unknown, more: Props = {}): Example => [
    type,
    { policy: document(allow({ Principal, Action, Resource: "arn:aws:sqs:us-west-2:123456789101:q", ...more })) },
  ];
  return {
    fails: [lets({ AWS: [ROLE, "*"] }), lets({ AWS: "arn:aws:iam::*:role/sqs" }), lets({ AWS: "*" }), lets("*")],
    passes: [
      lets("*", { Effect: "Deny" }),
      lets(ROLE),
      lets({ AWS: [ROLE, "*"] }, { Condition: { StringEquals: { "aws:SourceAccount": "123456789101" } } }),
    ],
  };
};
const queues = principals(TYPE.queuePolicy, "sqs:SendMessage");
const inline = principals(TYPE.queue, "sqs:SendMessage");

const TOPIC_ACTIONS = ["SNS:Subscribe", "SNS:SetTopicAttributes", "SNS:Receive", "SNS:Publish", "SNS:AddPermission"];
const OF_S3 = allow({
  Sid: "AllowS3ToPublish",
  Principal: { Service: "s3.amazonaws.com" },
  Action: "SNS:Publish",
  Resource: "*",
  Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::your-s3-bucket-name/*" } },
});
const ofOther = (more: Props = {}) =>
  allow({ Principal: { AWS: ["arn:aws:iam::123456789101:role/sns"] }, Action: TOPIC_ACTIONS, Resource: "*", ...more });
const topic = (...statements: Props[]): Example => [TYPE.topicPolicy, { policy: document(...statements) }];

const ALARM = {
  comparisonOperator: "LessThanThreshold",
  evaluationPeriods: 1,
  metricName: "HealthyHostCount",
  namespace: "AWS/NetworkELB",
  period: 60,
  statistic: "Average",
  threshold: "$unknown",
  alarmActions: ["$unknown"],
};
const permission = (props: Props): Example => [TYPE.permission, { action: "lambda:InvokeFunction", ...props }];
const GATEWAY = { principal: "apigateway.amazonaws.com" };
const DAILY = { sourceArn: "arn:aws:events:eu-west-1:111122223333:rule/RunDaily", qualifier: "test" };

/** Examples of checks on functions, queues, topics, alarms and logs. */
export const EVENTS: Readonly<Record<string, Examples>> = {
  CKV_AWS_26: { fails: [[TYPE.topic, {}]], passes: [[TYPE.topic, { kmsMasterKeyId: "$unknown" }]] },
  CKV_AWS_27: {
    fails: [
      [TYPE.queue, { name: "q", sqsManagedSseEnabled: false }],
      [TYPE.queue, { name: "q" }],
    ],
    passes: [
      [TYPE.queue, { kmsMasterKeyId: "alias/aws/sqs" }],
      [TYPE.queue, { sqsManagedSseEnabled: true }],
    ],
  },
  CKV_AWS_45: {
    fails: [
      lambda({
        environment: {
          variables: {
            AWS_ACCESS_KEY_ID: `${"AKIA"}IOSFODNN7EXAMPLE`,
            AWS_SECRET_ACCESS_KEY: `${"wJalrXUtnFEMI"}/K7MDENG/bPxRfiCYEXAMPLEKEY`,
          },
        },
      }),
    ],
    passes: [
      lambda({ environment: { variables: { AWS_DEFAULT_REGION: "us-west-2" } } }),
      lambda({ environment: null }),
    ],
  },
  CKV_AWS_66: { fails: [[TYPE.logGroup, {}]], passes: [[TYPE.logGroup, { retentionInDays: 3 }]] },
  CKV_AWS_72: {
    fails: [[TYPE.queuePolicy, policy({ Principal: "*", Action: "*", ...BOUND })]],
    passes: [[TYPE.queuePolicy, policy({ Principal: { AWS: "123456789012" }, Action: "sqs:SendMessage", ...BOUND })]],
  },
  CKV_AWS_115: {
    fails: [lambda({}), lambda({ reservedConcurrentExecutions: -1 })],
    passes: [lambda({ reservedConcurrentExecutions: 0 }), lambda({ reservedConcurrentExecutions: 1000 })],
  },
  CKV_AWS_116: { fails: [lambda({})], passes: [lambda({ deadLetterConfig: { targetArn: "test" } })] },
  CKV_AWS_117: {
    fails: [lambda({})],
    passes: [lambda({ vpcConfig: { subnetIds: ["$unknown"], securityGroupIds: ["$unknown"] } })],
    differs: { found: [lambda({ vpcConfig: { subnetIds: [], securityGroupIds: [] } })] },
  },
  CKV_AWS_168: {
    fails: [...queues.fails, ...inline.fails],
    passes: [...queues.passes, ...inline.passes, [TYPE.queuePolicy, { policy: "$unknown" }]],
  },
  CKV_AWS_169: principals(TYPE.topicPolicy, TOPIC_ACTIONS),
  CKV_AWS_173: {
    fails: [lambda({})],
    passes: [lambda({ kmsKeyArn: KEY })],
    differs: {
      notFound: [lambda({ environment: null, kmsKeyArn: KEY }), lambda({ environment: null, kmsKeyArn: "" })],
    },
  },
  CKV_AWS_258: {
    fails: [[TYPE.functionUrl, { functionName: "test", authorizationType: "NONE" }]],
    passes: [[TYPE.functionUrl, { functionName: "test", qualifier: "my_alias", authorizationType: "AWS_IAM" }]],
  },
  CKV_AWS_301: {
    fails: [permission({ principal: "*", ...DAILY })],
    passes: [permission({ principal: "arn:aws:iam::444455556666:role/example", ...DAILY })],
  },
  CKV_AWS_319: {
    fails: [[TYPE.alarm, { ...ALARM, actionsEnabled: false }]],
    passes: [
      [TYPE.alarm, ALARM],
      [TYPE.alarm, { ...ALARM, actionsEnabled: true }],
    ],
  },
  CKV_AWS_363: {
    fails: [lambda({ runtime: "python3.6" }), lambda({ runtime: "dotnetcore3.1" })],
    passes: [lambda({ runtime: "nodejs22.x" })],
    differs: { found: [lambda({ runtime: "nodejs18.x" })] },
  },
  CKV_AWS_364: {
    fails: [permission(GATEWAY)],
    passes: [
      permission({ ...GATEWAY, sourceArn: "$unknown" }),
      permission({ ...GATEWAY, sourceAccount: "901234678" }),
      permission({ principal: "901234678" }),
    ],
  },
  CKV_AWS_385: {
    fails: [topic(ofOther()), topic(OF_S3, ofOther())],
    passes: [
      topic(ofOther({ Principal: { AWS: ["*"] } })),
      topic(ofOther({ Principal: "*" })),
      topic(OF_S3, ofOther({ Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789101:role/sns" } } })),
    ],
  },
  CKV_AWS_387: {
    fails: [
      [TYPE.queuePolicy, policy({ Principal: "*", Action: "sqs:SendMessage" })],
      [TYPE.queuePolicy, policy({ Principal: "*", Action: "*" })],
    ],
    passes: [
      [
        TYPE.queuePolicy,
        policy({ Principal: { AWS: "arn:aws:iam::123456789012:role/specific-role" }, Action: "sqs:SendMessage" }),
      ],
      [
        TYPE.queuePolicy,
        policy({
          Principal: "*",
          Action: "sqs:SendMessage",
          Condition: { StringEquals: { "aws:SourceVpc": "vpc-12345678" } },
        }),
      ],
    ],
  },
};
