import { TYPE } from "../../../policy/stack/types";
import type { Examples, Props } from "./example";

const WORLD = { cidrBlocks: ["0.0.0.0/0"] };
const web = (port: number) => ({ ...WORLD, fromPort: port, toPort: port, protocol: "tcp" });
const HOME = { cidrBlocks: ["192.168.0.0/16"] };
const SSH = { fromPort: 22, toPort: 22, protocol: "tcp", description: "foo" };
const BOTH = { cidrBlocks: ["192.168.0.0/16", "0.0.0.0/0"] };
const OUT = { egress: [{ fromPort: 0, toPort: 0, protocol: "-1", ...WORLD }] };
const FRIEND = { securityGroups: ["$unknown"] };
const ALL = { fromPort: 0, toPort: 65535, protocol: "-1", description: "Wide Open", ipv6CidrBlocks: [] };
const group = (...ingress: Props[]) => [TYPE.securityGroup, { name: "sg-bar", ingress, ...OUT }] as const;
const rule = (props: Props) => [TYPE.securityGroupRule, { type: "ingress", ...SSH, ...props }] as const;

const INSTANCE = { ami: "ami-123", instanceType: "t2.micro" };
const instance = (props: Props) => [TYPE.instance, { ...INSTANCE, ...props }] as const;
const TEMPLATE = { imageId: "ami-12345", instanceType: "t3.micro" };
const template = (props: Props) => [TYPE.launchTemplate, { ...TEMPLATE, ...props }] as const;
const configuration = (props: Props) => [TYPE.launchConfiguration, { ...TEMPLATE, ...props }] as const;
const EBS = { volumeType: "gp2", deviceName: "/dev/xvdb" };
const DISK = { volumeType: "gp2", volumeSize: 8 };

const KEYS = `export AWS_ACCESS_KEY_ID
export AWS_ACCESS_KEY_ID=${"AKIA"}IOSFODNN7EXAMPLE
export AWS_SECRET_ACCESS_KEY=${"wJalrXUtnFEMI"}/K7MDENG/bPxRfiCYEXAMPLEKEY
export AWS_DEFAULT_REGION=us-west-2
`;
const NO_KEYS = `#! /bin/bash
export AWS_ACCESS_KEY_ID
export AWS_ACCESS_KEY_ID=FOO
export AWS_SECRET_ACCESS_KEY=bar
echo "<h1>Deployed via Terraform</h1>" | sudo tee /var/www/html/index.html
`;
const hops = (httpPutResponseHopLimit: number) => ({ metadataOptions: { httpPutResponseHopLimit } });
const nic = (associatePublicIpAddress: string) => ({ networkInterfaces: [{ associatePublicIpAddress }] });

/** Examples of checks on instances, launch sources and network access. */
export const LAUNCHING: Readonly<Record<string, Examples>> = {
  CKV_AWS_8: {
    fails: [
      instance({ rootBlockDevice: { encrypted: false } }),
      instance({ rootBlockDevice: {} }),
      instance({ rootBlockDevice: { ...DISK, encrypted: true }, ebsBlockDevices: [{ ...EBS, encrypted: false }] }),
      instance({ ebsBlockDevices: [{ ...EBS, encrypted: false }] }),
      instance({}),
      configuration({ rootBlockDevice: { encrypted: false } }),
    ],
    passes: [
      instance({ rootBlockDevice: { ...DISK, snapshotId: "snap-1234" } }),
      instance({ rootBlockDevice: { ...DISK, encrypted: true } }),
      instance({ rootBlockDevice: { ...DISK, encrypted: true }, ebsBlockDevices: [{ ...EBS, encrypted: true }] }),
      configuration({ rootBlockDevice: { encrypted: true } }),
      configuration({
        rootBlockDevice: { encrypted: true },
        ephemeralBlockDevices: [{ deviceName: "somedisk", virtualName: "fred" }],
      }),
    ],
  },
  CKV_AWS_24: {
    fails: [
      group({ ...SSH, ...BOTH }),
      group({ ...SSH, ...BOTH, ...FRIEND }),
      group({ ...ALL, ...WORLD, self: false }),
      group({ ...SSH, ipv6CidrBlocks: ["192.168.0.0/16", "::/0"] }),
      rule(BOTH),
      [TYPE.ingressRule, { cidrIpv4: "0.0.0.0/0", fromPort: 22, ipProtocol: "tcp", toPort: 22 }],
    ],
    passes: [
      group({ ...BOTH, ...SSH, fromPort: 222, toPort: 222 }),
      group({ ...SSH, ...FRIEND }),
      group({ ...SSH, ...FRIEND, cidrBlocks: null, ipv6CidrBlocks: null }),
      group({ ...SSH, ...HOME }),
      group({ ...SSH, ...HOME, ...FRIEND }),
      group(),
      [TYPE.securityGroup, { name: "sg-bar" }],
      rule({ ...WORLD, fromPort: 222, toPort: 222 }),
      rule(HOME),
      rule({ ...WORLD, type: "egress" }),
      rule({ sourceSecurityGroupId: "sg-123456" }),
      rule({ self: true }),
      [TYPE.ingressRule, { cidrIpv4: "10.0.0.0/8", fromPort: 80, ipProtocol: "tcp", toPort: 8080 }],
      group({ fromPort: 0, toPort: 0, protocol: "-1", self: true }),
    ],
    differs: {
      found: [group({ ...ALL, ...WORLD, self: true })],
      notFound: [
        group({ ...SSH, ...BOTH, fromPort: 0, toPort: 0 }),
        [TYPE.ingressRule, { fromPort: 22, ipProtocol: "tcp", toPort: 22 }],
        group({ fromPort: 0, toPort: 0, protocol: "-1", self: false }),
      ],
    },
  },
  CKV_AWS_46: {
    fails: [
      instance({ userData: KEYS }),
      template({ userData: Buffer.from(KEYS).toString("base64") }),
      configuration({ userData: KEYS }),
    ],
    passes: [instance({ userData: NO_KEYS }), template({}), configuration({})],
  },
  CKV_AWS_79: {
    fails: [
      instance({ metadataOptions: {} }),
      instance({ metadataOptions: { httpEndpoint: "enabled", httpPutResponseHopLimit: "1", httpTokens: "optional" } }),
      configuration({ metadataOptions: { httpEndpoint: "enabled", httpTokens: "optional" } }),
      template({ metadataOptions: { httpTokens: "optional" } }),
      template({ metadataOptions: { httpEndpoint: "enabled" } }),
    ],
    passes: [
      instance({ metadataOptions: { httpTokens: "required" } }),
      configuration({ metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" } }),
      instance({ metadataOptions: { httpEndpoint: "disabled" } }),
    ],
  },
  CKV_AWS_88: {
    fails: [instance({ associatePublicIpAddress: true }), template(nic("true"))],
    passes: [instance({}), instance({ associatePublicIpAddress: false }), template({}), template(nic("false"))],
  },
  CKV_AWS_153: {
    fails: [[TYPE.group, { maxSize: 5, minSize: 2 }]],
    passes: [[TYPE.group, { maxSize: 5, minSize: 2, tags: [{ key: "a", value: "value3", propagateAtLaunch: true }] }]],
    differs: {
      found: [
        [
          TYPE.group,
          {
            tags: [
              { key: "foo", value: "bar", propagateAtLaunch: true },
              { key: "lorem", value: "ipsum", propagateAtLaunch: false },
            ],
          },
        ],
      ],
    },
  },
  CKV_AWS_235: {
    fails: [
      [TYPE.amiCopy, { sourceAmiId: "ami-1", sourceAmiRegion: "us-west-1", encrypted: false }],
      [TYPE.amiCopy, { sourceAmiId: "ami-1", sourceAmiRegion: "us-west-1" }],
    ],
    passes: [[TYPE.amiCopy, { sourceAmiId: "ami-1", sourceAmiRegion: "us-west-1", encrypted: true }]],
  },
  CKV_AWS_277: {
    fails: [
      [TYPE.securityGroup, { ingress: [{ ...WORLD, fromPort: -1, toPort: -1, protocol: "tcp" }] }],
      [TYPE.securityGroupRule, { ...WORLD, fromPort: -1, toPort: -1, protocol: "tcp", type: "ingress" }],
      [TYPE.securityGroupRule, { ...WORLD, fromPort: 0, toPort: 0, protocol: "-1", type: "ingress" }],
      [TYPE.ingressRule, { cidrIpv4: "0.0.0.0/0", fromPort: -1, ipProtocol: "tcp", toPort: -1 }],
    ],
    passes: [
      group(web(80), web(443)),
      [TYPE.securityGroupRule, { ...web(80), type: "ingress" }],
      [TYPE.ingressRule, { cidrIpv4: "0.0.0.0/0", fromPort: 80, ipProtocol: "tcp", toPort: 80 }],
    ],
  },
  CKV_AWS_315: {
    fails: [[TYPE.group, { maxSize: 5, minSize: 2, launchConfiguration: "foobar" }]],
    passes: [
      [TYPE.group, { maxSize: 2, minSize: 1, launchTemplate: { id: "$unknown", version: "$unknown" } }],
      [
        TYPE.group,
        {
          mixedInstancesPolicy: {
            launchTemplate: {
              launchTemplateSpecification: { launchTemplateId: "$unknown" },
              overrides: [
                {
                  instanceType: "c6g.large",
                  launchTemplateSpecification: { launchTemplateId: "$unknown" },
                },
                { instanceType: "c5.large" },
              ],
            },
          },
        },
      ],
    ],
  },
  CKV_AWS_341: {
    fails: [configuration(hops(2)), template(hops(2))],
    passes: [configuration(hops(1)), configuration({}), template(hops(1)), template({ metadataOptions: {} })],
  },
  CKV_AWS_389: {
    fails: [configuration({ associatePublicIpAddress: true })],
    passes: [configuration({ associatePublicIpAddress: false })],
  },
};
