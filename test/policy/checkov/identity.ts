import { TYPE } from "../../../policy/stack/types";
import { allow, document, type Example, type Examples, type Props } from "./example";

const trust = (...statements: Props[]) => ({ assumeRolePolicy: { Version: "2012-10-17", Statement: statements } });
const assume = (Principal: unknown, Effect = "Allow") => ({ Action: "sts:AssumeRole", Principal, Effect, Sid: "" });
const ADMIN = { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" };
const READER = { policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" };

const policy = (...statements: Props[]): Example => [
  TYPE.policyDocument,
  { path: "/", policy: document(...statements) },
];
const may = (Action: unknown, Resource: unknown, Effect = "Allow") => policy({ Action, Resource, Effect, Sid: "" });
const permissionSet = (...statements: Props[]): Example => [
  TYPE.permissionSetInlinePolicy,
  { permissionSetArn: "$unknown", inlinePolicy: document(...statements) },
];
const BUCKETS = [
  allow({
    Action: ["s3:ListBucket*", "s3:HeadBucket", "s3:Get*"],
    Resource: ["arn:aws:s3:::b1", "arn:aws:s3:::b1/*"],
    Sid: "",
  }),
  allow({ Action: "s3:PutObject*", Resource: "arn:aws:s3:::b1/*", Sid: "" }),
];
const EVERYTHING = allow({ Action: ["s3:HeadBucket", "*"], Resource: ["arn:aws:s3:::b1", "*"] });

/** Examples of checks on roles, users and their policies. */
export const IDENTITY: Readonly<Record<string, Examples>> = {
  CKV_AWS_60: {
    fails: [
      [TYPE.role, trust(assume({ AWS: "*" }))],
      [TYPE.role, trust(assume({ AWS: ["arn:aws:iam::123456789012:role/a", "*"] }))],
    ],
    passes: [
      [TYPE.role, trust(assume({ Service: "ecs-tasks.amazonaws.com" }))],
      [TYPE.role, trust(assume({ AWS: "*" }, "Deny"))],
    ],
  },
  CKV_AWS_61: {
    fails: [
      [TYPE.role, trust(assume({ AWS: "123123123123" }))],
      [TYPE.role, trust(assume({ AWS: "arn:aws:iam::123123123123:root" }))],
      [TYPE.role, trust(assume({ AWS: ["arn:aws:iam::123456789012:role/role-name", "123456789012"] }))],
      [
        TYPE.role,
        trust(assume({ AWS: ["arn:aws:iam::123456789012:role/role-name"] }), assume({ AWS: ["123456789012"] })),
      ],
    ],
    passes: [
      [TYPE.role, { assumeRolePolicy: "" }],
      [TYPE.role, trust(assume({ Service: "ecs-tasks.amazonaws.com" }))],
      [
        TYPE.role,
        trust(assume({ AWS: ["123456789012"] }, "Deny"), assume({ AWS: ["arn:aws:iam::123456789012:role/role-name"] })),
      ],
    ],
  },
  CKV_AWS_62: {
    fails: [policy(EVERYTHING), may(["*"], ["*"]), may("*", "*"), permissionSet(EVERYTHING)],
    passes: [policy(...BUCKETS), may("*", "*", "Deny"), permissionSet(...BUCKETS)],
    differs: { notFound: [policy({ Action: "*", Resource: "*", Sid: "" })] },
  },
  CKV_AWS_63: {
    fails: [
      may(["*"], "abc*"),
      policy(
        allow({ Action: ["sqs:GetQueueUrl", "sqs:SendMessage"], Resource: "*" }),
        allow({ Sid: "ALL", Action: ["*"], Resource: ["$unknown"] }),
      ),
      permissionSet(allow({ Action: ["*"], Resource: "abc*" })),
    ],
    passes: [may(["ec2:Describe*"], "abc*"), permissionSet(allow({ Action: ["ec2:Describe*"], Resource: "abc*" }))],
    differs: { found: [may("ec2:*", "abc*")] },
  },
  CKV_AWS_274: {
    fails: [
      [TYPE.role, { managedPolicyArns: [ADMIN.policyArn] }],
      [TYPE.policyAttachment, { name: "fail2", roles: ["fail1"], ...ADMIN }],
      [TYPE.rolePolicyAttachment, { role: "fail1", ...ADMIN }],
      [TYPE.userPolicyAttachment, { user: "user", ...ADMIN }],
      [TYPE.groupPolicyAttachment, { group: "group", ...ADMIN }],
      [TYPE.managedPolicyAttachment, { managedPolicyArn: ADMIN.policyArn }],
    ],
    passes: [
      [TYPE.role, { managedPolicyArns: [READER.policyArn] }],
      [TYPE.policyAttachment, { name: "pass2", ...READER }],
      [TYPE.rolePolicyAttachment, { role: "pass1", ...READER }],
      [TYPE.userPolicyAttachment, { user: "user", ...READER }],
      [TYPE.groupPolicyAttachment, { group: "group", ...READER }],
      [TYPE.rolePolicyAttachment, { role: "fail1" }],
      [TYPE.managedPolicyAttachment, { managedPolicyArn: "arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess" }],
    ],
  },
  CKV_AWS_286: { fails: [may(["iam:UpdateLoginProfile"], "*")], passes: [may(["lambda:CreateFunction"], "s3")] },
  CKV_AWS_288: {
    fails: [
      may(
        [
          ...["iam:PassRole", "ssm:GetParameter", "s3:GetObject", "ssm:GetParameters", "ssm:GetParametersByPath"],
          ...["secretsmanager:GetSecretValue", "s3:PutObject", "ec2:CreateTags"],
        ],
        "*",
      ),
    ],
    passes: [],
    differs: {
      found: [may(["lambda:CreateFunction", "lambda:CreateEventSourceMapping", "dynamodb:CreateTable"], "*")],
    },
  },
  CKV_AWS_289: {
    fails: [may(["iam:*"], "*")],
    passes: [],
    differs: { found: [may(["s3:*"], "arn:aws:s3:::example")] },
  },
  CKV_AWS_290: {
    fails: [may(["s3:*"], "*")],
    passes: [may(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*")],
    differs: { found: [may(["s3:*"], "arn:aws:s3:::bucket")] },
  },
};
