import { TYPE } from "../../policy/stack/types";
import type { Stack, Written } from "./stack";

export type Props = Readonly<Record<string, unknown>>;

export const LARGE = "m7i.large";

export const bake = (type = LARGE): Written => ({
  type: TYPE.command,
  props: { environment: { BAKE_INSTANCE_TYPE: type }, stdout: "$unknown" },
});
export const packer = (create: string, more: Props = {}): Written => ({
  type: TYPE.command,
  props: { create, stdout: "$unknown", ...more },
});
export const runs = (
  instanceType: unknown,
  more: Props = {},
  from: Written["from"] = { imageId: "bake" },
): Written => ({
  type: TYPE.launchTemplate,
  props: { imageId: "$unknown", instanceType, ...more },
  from,
  region: "eu-west-1",
});
export const fromTemplate = (type: string, props: Props, property = "launchTemplate"): Stack => ({
  bake: bake(),
  template: runs(undefined),
  web: { type, props, from: { [property]: "template" }, region: "eu-west-1" },
});
export const SPECIFICATION = { launchTemplateId: "$unknown", version: "1" };
/** Ways to launch an image that is baked on m7i.large as an m7i.xlarge. */
export const WAYS: Readonly<Record<string, Stack>> = {
  "an instance over a template": fromTemplate(TYPE.instance, {
    instanceType: "m7i.xlarge",
    launchTemplate: { id: "$unknown" },
  }),
  "an instance of the template's type": {
    ...fromTemplate(TYPE.instance, { launchTemplate: { id: "$unknown" } }),
    template: runs("m7i.xlarge"),
  },
  "a spot instance": {
    bake: bake(),
    web: { type: TYPE.spotInstance, props: { ami: "$unknown", instanceType: "m7i.xlarge" }, from: { ami: "bake" } },
  },
  "a spot instance over a template": fromTemplate(TYPE.spotInstance, {
    instanceType: "m7i.xlarge",
    launchTemplate: { id: "$unknown" },
  }),
  "a fleet's overrides": fromTemplate(
    TYPE.fleet,
    {
      launchTemplateConfigs: [
        {
          launchTemplateSpecification: SPECIFICATION,
          overrides: [{ instanceType: LARGE }, { instanceType: "m7i.xlarge" }],
        },
      ],
    },
    "launchTemplateConfigs",
  ),
  "a spot fleet's overrides": fromTemplate(
    TYPE.spotFleet,
    {
      launchTemplateConfigs: [
        { launchTemplateSpecification: { id: "$unknown" }, overrides: [{ instanceType: "m7i.xlarge" }] },
      ],
    },
    "launchTemplateConfigs",
  ),
  "a spot fleet's own specification": {
    bake: bake(),
    web: {
      type: TYPE.spotFleet,
      props: { launchSpecifications: [{ ami: "$unknown", instanceType: "m7i.xlarge" }] },
      from: { launchSpecifications: "bake" },
    },
  },
  "a node group of EKS": fromTemplate(TYPE.nodeGroup, {
    instanceTypes: ["m7i.xlarge"],
    launchTemplate: { id: "$unknown", version: "1" },
  }),
  "AWS Batch with an image": {
    bake: bake(),
    web: {
      type: TYPE.batchEnvironment,
      props: { computeResources: { imageId: "$unknown", instanceTypes: ["m7i"] } },
      from: { computeResources: "bake" },
    },
  },
  "AWS Batch over a template": fromTemplate(
    TYPE.batchEnvironment,
    { computeResources: { instanceTypes: ["m7i.xlarge"], launchTemplate: SPECIFICATION } },
    "computeResources",
  ),
  "a template of aws-native": {
    bake: bake(),
    web: {
      type: TYPE.nativeLaunchTemplate,
      props: { launchTemplateData: { imageId: "$unknown", instanceType: "m7i.xlarge" } },
      from: { launchTemplateData: "bake" },
    },
  },
  "a group of aws-native": {
    bake: bake(),
    template: {
      type: TYPE.nativeLaunchTemplate,
      props: { launchTemplateData: { imageId: "$unknown" } },
      from: { launchTemplateData: "bake" },
    },
    web: {
      type: TYPE.nativeGroup,
      props: {
        mixedInstancesPolicy: {
          launchTemplate: { launchTemplateSpecification: SPECIFICATION, overrides: [{ instanceType: "m7i.xlarge" }] },
        },
      },
      from: { mixedInstancesPolicy: "template" },
    },
  },
  "an image of Image Builder": {
    infrastructure: { type: TYPE.builderInfrastructure, props: { instanceTypes: [LARGE] } },
    image: {
      type: TYPE.builderImage,
      props: { infrastructureConfigurationArn: "$unknown" },
      from: { infrastructureConfigurationArn: "infrastructure" },
    },
    web: runs("m7i.xlarge", {}, { imageId: "image" }),
  },
  "an image that is shared with another account": {
    bake: bake(),
    share: {
      type: TYPE.amiLaunchPermission,
      props: { imageId: "$unknown", accountId: "123456789012" },
      from: { imageId: "bake" },
    },
    web: runs("m7i.xlarge", {}, { imageId: "share" }),
  },
  "the image of another template": {
    bake: bake(),
    other: runs(LARGE),
    web: runs("m7i.xlarge", {}, { imageId: "other" }),
  },
  "the image of an instance": {
    bake: bake(),
    other: { type: TYPE.instance, props: { ami: "$unknown", instanceType: LARGE }, from: { ami: "bake" } },
    web: runs("m7i.xlarge", {}, { imageId: "other" }),
  },
  "an instance with an image of its own, of the template's type": {
    bake: bake(),
    template: { type: TYPE.launchTemplate, props: { instanceType: "m7i.xlarge" } },
    web: {
      type: TYPE.instance,
      props: { ami: "$unknown", launchTemplate: { id: "$unknown" } },
      from: { ami: "bake", launchTemplate: "template" },
    },
  },
  "a command that reads Packer's manifest": {
    build: packer("packer build -var instance_type=m7i.large ."),
    read: { ...packer("jq -r '.builds[-1].artifact_id' manifest.json | cut -d: -f2"), after: ["build"] },
    web: runs("m7i.xlarge", {}, { imageId: "read" }),
  },
  "a parameter by its ARN": {
    bake: bake(),
    image: {
      type: TYPE.ssmParameter,
      props: { name: "/web/image", value: "$unknown" },
      from: { value: "bake" },
      region: "eu-west-1",
    },
    web: runs("m7i.xlarge", { imageId: "resolve:ssm:arn:aws:ssm:eu-west-1:123456789012:parameter/web/image:3" }, {}),
  },
};
