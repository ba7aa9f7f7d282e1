import assert from "node:assert/strict";
import { rules } from "../../policy/rules";
import { TYPE } from "../../policy/stack/types";
import { foundBy, packForSuite } from "./judged";

type Props = Readonly<Record<string, unknown>>;
type Example = readonly [type: string, props: Props];

const trust = (...statements: Props[]) => ({ assumeRolePolicy: { Version: "2012-10-17", Statement: statements } });
const assume = (Principal: unknown, Effect = "Allow") => ({ Action: "sts:AssumeRole", Principal, Effect, Sid: "" });
const policy = (statement: Props) => ({
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Resource: "$unknown", ...statement }] },
});
const ADMIN = { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" };
const READER = { policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" };
const WORLD = { cidrBlocks: ["0.0.0.0/0"] };
const web = (port: number) => ({ ...WORLD, fromPort: port, toPort: port, protocol: "tcp" });
const BOUND = { Condition: { ArnEquals: { "aws:SourceArn": "$unknown" } } };

/**
 * Cases that checkov's own tests have for its checks, in Pulumi's properties: what fails there must be found here, and what passes there
 * must not. Where we differ, the reason stands beside it.
 *
 * @see https://github.com/bridgecrewio/checkov/tree/main/tests/terraform/checks/resource/aws
 */
const EXAMPLES: Readonly<Record<string, { fails: readonly Example[]; passes: readonly Example[] }>> = {
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
  CKV_AWS_72: {
    fails: [[TYPE.queuePolicy, policy({ Principal: "*", Action: "*", ...BOUND })]],
    passes: [[TYPE.queuePolicy, policy({ Principal: { AWS: "123456789012" }, Action: "sqs:SendMessage", ...BOUND })]],
  },
  CKV_AWS_235: {
    fails: [
      [TYPE.amiCopy, { sourceAmiId: "ami-1", sourceAmiRegion: "us-west-1", encrypted: false }],
      [TYPE.amiCopy, { sourceAmiId: "ami-1", sourceAmiRegion: "us-west-1" }],
    ],
    passes: [[TYPE.amiCopy, { sourceAmiId: "ami-1", sourceAmiRegion: "us-west-1", encrypted: true }]],
  },
  CKV_AWS_258: {
    fails: [[TYPE.functionUrl, { functionName: "test", authorizationType: "NONE" }]],
    passes: [[TYPE.functionUrl, { functionName: "test", qualifier: "my_alias", authorizationType: "AWS_IAM" }]],
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
  CKV_AWS_277: {
    fails: [
      [TYPE.securityGroup, { ingress: [{ ...WORLD, fromPort: -1, toPort: -1, protocol: "tcp" }] }],
      [TYPE.securityGroupRule, { ...WORLD, fromPort: -1, toPort: -1, protocol: "tcp", type: "ingress" }],
      [TYPE.securityGroupRule, { ...WORLD, fromPort: 0, toPort: 0, protocol: "-1", type: "ingress" }],
      [TYPE.ingressRule, { cidrIpv4: "0.0.0.0/0", fromPort: -1, ipProtocol: "tcp", toPort: -1 }],
    ],
    passes: [
      [
        TYPE.securityGroup,
        { ingress: [web(80), web(443)], egress: [{ ...WORLD, fromPort: 0, toPort: 0, protocol: "-1" }] },
      ],
      [TYPE.securityGroupRule, { ...web(80), type: "ingress" }],
      [TYPE.ingressRule, { cidrIpv4: "0.0.0.0/0", fromPort: 80, ipProtocol: "tcp", toPort: 80 }],
    ],
  },
  CKV_AWS_364: {
    fails: [[TYPE.permission, { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com" }]],
    passes: [
      [
        TYPE.permission,
        { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com", sourceArn: "$unknown" },
      ],
      [
        TYPE.permission,
        { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com", sourceAccount: "901234678" },
      ],
      [TYPE.permission, { action: "lambda:InvokeFunction", principal: "901234678" }],
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

describe("policy: checkov's own examples", function () {
  this.timeout(240_000);
  const pack = packForSuite();

  for (const [id, { fails, passes }] of Object.entries(EXAMPLES)) {
    const rule = rules.find(({ tags = [] }) => tags.includes(id))?.name ?? "";
    const found = ([type, props]: Example) => foundBy(pack(), rule, { example: { type, props } });

    it(`${id}: ${rule} finds what fails there`, async () => {
      for (const example of fails) assert.equal((await found(example)).length, 1, JSON.stringify(example));
    });

    it(`${id}: ${rule} finds nothing in what passes there`, async () => {
      for (const example of passes) assert.deepEqual(await found(example), [], JSON.stringify(example));
    });
  }
});
