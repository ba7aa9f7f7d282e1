import { TYPE } from "../../policy/stack/types";
import type { Stack, Written } from "./stack";

type Props = Readonly<Record<string, unknown>>;

export const one = (type: string, props: Props): Stack => ({ web: { type, props } });
const template = (props: Props): Written => ({ type: TYPE.launchTemplate, props });
const statement = (document: Props) => ({ Statement: [{ Effect: "Allow", ...document }] });
const queueLetsIn = (document: Props) =>
  one(TYPE.queuePolicy, { policy: statement({ Action: "sqs:SendMessage", Resource: "$unknown", ...document }) });
const role = (document: Props) =>
  one(TYPE.role, { assumeRolePolicy: statement({ Action: "sts:AssumeRole", ...document }) });
const may = (Action: unknown, Resource: unknown, more: Props = {}) =>
  one(TYPE.rolePolicy, { policy: JSON.stringify(statement({ Action, Resource, ...more })) });
const ingress = (rule: Props) => one(TYPE.securityGroup, { ingress: [rule] });
const variable = (name: string, value: string) => one(TYPE.function, { environment: { variables: { [name]: value } } });
const userData = (script: string) => Buffer.from(script).toString("base64");
const chefGroup = (script: string, more: Stack = {}, group: Props = {}): Stack => ({
  template: template({ userData: userData(script) }),
  group: {
    type: TYPE.group,
    props: { launchTemplate: { id: "$unknown", version: "$Latest" }, ...group },
    from: { launchTemplate: "template" },
  },
  ...more,
});
const REGION = "eu-west-3";
const bake = (said: Props): Written => ({
  type: TYPE.command,
  props: { environment: { BAKE_INSTANCE_TYPE: "m7i.large", ...said } },
});

/** For each rule: stacks that fail, that only get advice, and that pass, with unknown values as on a first preview. */
export const VERDICTS: Readonly<
  Record<string, Partial<Record<"stops" | "advises" | "passes", Readonly<Record<string, Stack>>>>>
> = {
  "queue-encrypted": {
    stops: { "encryption switched off": one(TYPE.queue, { sqsManagedSseEnabled: false }) },
    advises: { "nothing stated, which SQS encrypts": one(TYPE.queue, { name: "q" }) },
    passes: {
      "SQS's own key": one(TYPE.queue, { sqsManagedSseEnabled: true }),
      "a key that is not known yet": one(TYPE.queue, { kmsMasterKeyId: "$unknown" }),
    },
  },
  "metadata-needs-token": {
    stops: { "'optional' stated": one(TYPE.launchTemplate, { metadataOptions: { httpTokens: "optional" } }) },
    advises: { "nothing stated": one(TYPE.launchTemplate, { imageId: "$unknown" }) },
    passes: {
      "an image that asks for it": {
        bake: bake({ BAKE_IMDS_SUPPORT: "v2.0" }),
        web: { ...template({ imageId: "$unknown" }), from: { imageId: "bake" } },
      },
      "the account's defaults": {
        defaults: { type: TYPE.metadataDefaults, props: { httpTokens: "required" }, region: REGION },
        web: { ...template({}), region: REGION },
      },
      "an instance whose template asks for it": {
        template: template({ metadataOptions: { httpTokens: "required" } }),
        web: {
          type: TYPE.instance,
          props: { launchTemplate: { id: "$unknown" } },
          from: { launchTemplate: "template" },
        },
      },
    },
  },
  "volumes-encrypted": {
    stops: {
      "a volume stated plain": one(TYPE.launchTemplate, { blockDeviceMappings: [{ ebs: { encrypted: "false" } }] }),
    },
    advises: {
      "a volume that does not say": one(TYPE.launchTemplate, { blockDeviceMappings: [{ ebs: { volumeSize: 8 } }] }),
      "a root volume left to the image": one(TYPE.instance, { ami: "$unknown" }),
    },
    passes: {
      "the account's default": {
        defaults: { type: TYPE.ebsEncryptionByDefault, props: {}, region: REGION },
        web: { ...template({ blockDeviceMappings: [{ ebs: { volumeSize: 8 } }] }), region: REGION },
      },
      "an encrypted image": {
        bake: bake({ BAKE_ENCRYPTED: "true" }),
        web: { type: TYPE.instance, props: { ami: "$unknown" }, from: { ami: "bake" } },
      },
      "an instance's own template": {
        template: template({}),
        web: {
          type: TYPE.instance,
          props: { launchTemplate: { id: "$unknown" } },
          from: { launchTemplate: "template" },
        },
      },
    },
  },
  "image-copy-encrypted": {
    stops: { "a copy stated plain": one(TYPE.amiCopy, { sourceAmiId: "$unknown", encrypted: false }) },
    advises: { "a copy that does not say": one(TYPE.amiCopy, { sourceAmiId: "$unknown" }) },
    passes: {
      "an encrypted copy": one(TYPE.amiCopy, { encrypted: true }),
      "a copy of an encrypted image": {
        bake: bake({ BAKE_ENCRYPTED: "true" }),
        web: { type: TYPE.amiCopy, props: { sourceAmiId: "$unknown" }, from: { sourceAmiId: "bake" } },
      },
    },
  },
  "metadata-hop-limit": {
    advises: { "a host of containers": one(TYPE.launchTemplate, { metadataOptions: { httpPutResponseHopLimit: 2 } }) },
  },
  "launch-template-by-number": {
    stops: { "a Chef-managed group": chefGroup("chef-client") },
    advises: {
      "an ECS group": chefGroup("echo ECS_CLUSTER=web >> /etc/ecs/ecs.config"),
      "an EKS group": chefGroup("/etc/eks/bootstrap.sh web"),
    },
  },
  "terminations-are-told": {
    stops: { "a Chef-managed group that tells nobody": chefGroup("cinc-client --daemonize") },
    passes: {
      "hooks in the group itself": chefGroup(
        "chef-client",
        {},
        {
          initialLifecycleHooks: [
            {
              name: "t",
              lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
              notificationTargetArn: "arn:aws:sqs:eu-west-3:1:q",
            },
          ],
        },
      ),
      "a run in local mode": chefGroup("chef-client -z -r 'recipe[web]'"),
      "a comment that names it": chefGroup("# chef-client comes later\necho ready # no chef-client here"),
      "another system": chefGroup("salt-minion"),
    },
  },
  "cleanup-on-destroy": {
    stops: { "a Chef-managed group": chefGroup("/opt/chef/bin/chef-client -j /etc/chef/first-boot.json") },
    passes: { "a run in local mode": chefGroup("chef-client --local-mode"), "a comment": chefGroup("#chef-client") },
  },
  "least-privilege": {
    stops: {
      "an action in another case, on every bucket": may("s3:putobject", "arn:aws:s3:::*"),
      "on every object": may("S3:PutObject", "arn:aws:s3:::*/*"),
      "every action of a service, everywhere": may("dynamodb:*", "*"),
      "every action, on one bucket": may("*", "arn:aws:s3:::web"),
      "a permission set": one(TYPE.permissionSetInlinePolicy, {
        inlinePolicy: JSON.stringify(statement({ Action: "s3:PutObject", Resource: "*" })),
      }),
      "PassRole that only asks for TLS": may("iam:PassRole", "*", {
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      }),
      "PassRole on every account's roles": may("iam:PassRole", "arn:aws:iam::*:role/*"),
      "a condition that everything meets": may("sqs:DeleteMessage", "*", {
        Condition: { StringLike: { "aws:SourceArn": "*" } },
      }),
    },
    advises: {
      "every action on one bucket": may("s3:*", ["arn:aws:s3:::web", "arn:aws:s3:::web/*"]),
      "what Lambda's own role allows": may(["logs:CreateLogGroup", "logs:PutLogEvents"], "arn:aws:logs:*:*:*"),
      "a service of which we do not know what can be narrowed": may("rekognition:DetectLabels", "*"),
    },
    passes: {
      "an action without resources": may("kms:GenerateRandom", "*"),
      "reading, in another case": may("EC2:describeinstances", "*"),
      "PassRole to one service": may("iam:PassRole", "*", {
        Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      }),
      "one bucket": may("s3:PutObject", "arn:aws:s3:::web/*"),
      "a condition that is not known yet": may("sqs:DeleteMessage", "*", {
        Condition: { StringEquals: { "aws:ResourceTag/team": "web" } },
      }),
    },
  },
  "no-open-principal": {
    stops: {
      "a role for everybody": role({ Principal: { AWS: "*" } }),
      "a role for everybody, in a list": role({ Principal: { AWS: ["arn:aws:iam::1:role/a", "*"] } }),
      "a wildcard for a condition": queueLetsIn({
        Principal: "*",
        Condition: { StringLike: { "aws:SourceArn": "*" } },
      }),
      "a condition on an ARN of any account": queueLetsIn({
        Principal: "*",
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:*" } },
      }),
      "a role of any account": queueLetsIn({ Principal: { AWS: "arn:aws:iam::*:role/web" } }),
      // https://github.com/cloud-custodian/cloud-custodian/issues/10500
      "a condition on a topic's name in any account": queueLetsIn({
        Principal: "*",
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:events" } },
      }),
      "a condition on a role's name in any account": queueLetsIn({
        Principal: { AWS: "*" },
        Condition: {
          ArnLike: { "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/web", "arn:aws:iam::*:role/web"] },
        },
      }),
      "a condition on TLS alone": queueLetsIn({
        Principal: "*",
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      }),
      "a condition on what it is not": queueLetsIn({
        Principal: "*",
        Condition: { StringNotEquals: { "aws:SourceAccount": "1" } },
      }),
      "a policy in the topic itself": one(TYPE.topic, {
        policy: statement({ Principal: "*", Action: "sns:Publish", Resource: "*" }),
      }),
    },
    passes: {
      "a condition on one ARN": queueLetsIn({
        Principal: "*",
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-3:1:t" } },
      }),
      "a condition on one bucket": queueLetsIn({
        Principal: "*",
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::web" } },
      }),
      "a condition that is not known yet": queueLetsIn({
        Principal: "*",
        Condition: { ArnEquals: { "aws:SourceArn": "$unknown" } },
      }),
      "a role's name in any account of the organization": queueLetsIn({
        Principal: { AWS: "*" },
        Condition: {
          StringEquals: { "AWS:PrincipalOrgID": "o-1" },
          ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/web" },
        },
      }),
      "a role of a service": role({ Principal: { Service: "ec2.amazonaws.com" } }),
      "a role by the organization": role({
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      }),
    },
  },
  "role-trusts-few": {
    advises: { "a whole account": role({ Principal: { AWS: "arn:aws:iam::123456789012:root" } }) },
    passes: {
      "with an external id": role({
        Principal: { AWS: "123456789012" },
        Condition: { StringEquals: { "sts:ExternalId": "x" } },
      }),
      "one role": role({ Principal: { AWS: "arn:aws:iam::123456789012:role/ci" } }),
    },
  },
  "topic-in-account": {
    advises: {
      "an account that may be one's own": one(TYPE.topic, {
        policy: statement({ Principal: { AWS: "210987654321" }, Action: "sns:Publish", Resource: "*" }),
      }),
    },
  },
  "function-runtime": {
    stops: { "a runtime that nobody can update": one(TYPE.function, { runtime: "python3.6" }) },
    advises: { "a deprecated one that AWS still takes": one(TYPE.function, { runtime: "nodejs20.x" }) },
    passes: {
      "a supported one": one(TYPE.function, { runtime: "nodejs24.x" }),
      "one that AWS goes on mending on Amazon Linux 2": one(TYPE.function, { runtime: "java17" }),
    },
  },
  "no-wide-managed-policy": {
    stops: {
      "a user": one(TYPE.userPolicyAttachment, { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
      "a role by itself": one(TYPE.role, { managedPolicyArns: ["arn:aws-cn:iam::aws:policy/AdministratorAccess"] }),
      "all policies of a role": one(TYPE.rolePolicyAttachments, {
        policyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"],
      }),
    },
    advises: {
      "one service": one(TYPE.rolePolicyAttachment, { policyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess" }),
    },
    passes: {
      reading: one(TYPE.rolePolicyAttachment, { policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }),
    },
  },
  "function-not-open": {
    stops: {
      "a service, whoever uses it": one(TYPE.permission, {
        principal: "events.amazonaws.com",
        action: "lambda:InvokeFunction",
      }),
    },
    advises: {
      "everybody, from one source": one(TYPE.permission, {
        principal: "*",
        sourceArn: "arn:aws:events:eu-west-3:1:rule/r",
      }),
    },
    passes: {
      "a service, from a source not known yet": one(TYPE.permission, {
        principal: "sns.amazonaws.com",
        sourceArn: "$unknown",
      }),
      "an account": one(TYPE.permission, { principal: "123456789012" }),
    },
  },
  "function-url-needs-auth": {
    stops: { "no authorization": one(TYPE.functionUrl, { authorizationType: "NONE" }) },
    passes: { IAM: one(TYPE.functionUrl, { authorizationType: "AWS_IAM" }) },
  },
  "no-open-ssh": {
    stops: {
      "TCP in capitals": ingress({ protocol: "TCP", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }),
      "every port as -1": ingress({ protocol: "tcp", fromPort: -1, toPort: -1, cidrBlocks: ["::/0"] }),
      "the default group of a VPC": one(TYPE.defaultSecurityGroup, {
        ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
      }),
    },
    passes: {
      "ports that are not known yet": ingress({
        protocol: "tcp",
        fromPort: "$unknown",
        toPort: "$unknown",
        cidrBlocks: ["0.0.0.0/0"],
      }),
      "other ports": ingress({ protocol: "TCP", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }),
    },
  },
  "no-secret-in-function": {
    stops: {
      "a password": variable("DB_PASSWORD", "correct-horse-battery"),
      "a URL with a password": variable("DATABASE_URL", "postgres://web:hunter2@db.internal/web"),
      "a fine-grained token": variable("GH", `github_pat_${"a1".repeat(20)}`),
      "a webhook": variable("SLACK", `https://hooks.slack.com/services/${"T0000000/B0000000"}/${"x".repeat(24)}`),
    },
    passes: {
      "the ARN of a secret": variable("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-3:1:secret:db-abc"),
      "the path of a parameter": variable("DB_PASSWORD", "/web/db/password"),
      "a URL whose password the shell puts in": variable("DATABASE_URL", "postgres://web:$PASSWORD@db.internal/web"),
      "a URL without one": variable("DATABASE_URL", "postgres://web@db.internal:5432/web"),
    },
  },
  "actions-named": {
    advises: { "all of SQS": queueLetsIn({ Principal: { AWS: "123456789012" }, Action: "SQS:*" }) },
    passes: { "one action": queueLetsIn({ Principal: { AWS: "123456789012" } }) },
  },
};
