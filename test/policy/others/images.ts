import { TYPE } from "../../../policy/stack/types";
import { at, command, group, type OtherProgram, res, script, template } from "./program";

/** Public programs with their own images, rewritten: Packer by hand, Image Builder, several regions, aws-native. */
export const IMAGES: Readonly<Record<string, OtherProgram>> = {
  "one program for two regions": {
    stack: {
      near: at("eu-west-1", template({ name: "web", imageId: "ami-0aaaaaaaaaaaaaaaa", instanceType: "m6i.large" })),
      far: at("us-east-1", template({ name: "web", imageId: "ami-0bbbbbbbbbbbbbbbb", instanceType: "m6i.large" })),
      nearGroup: at("eu-west-1", group({}, { launchTemplate: "near" })),
      farGroup: at("us-east-1", group({}, { launchTemplate: "far" })),
    },
    advises: ["image-origin-known"],
  },
  "Packer by hand, its manifest read by another command": {
    stack: {
      build: command("packer init . && packer build -var 'instance_type=c6i.large' -var region=eu-west-1 web.pkr.hcl", {
        dir: "images",
      }),
      ami: { ...command("jq -r '.builds[-1].artifact_id' images/manifest.json | cut -d: -f2"), after: ["build"] },
      template: at(
        "eu-west-1",
        template(
          { imageId: "$unknown", instanceType: "c6i.large", metadataOptions: { httpTokens: "required" } },
          { imageId: "ami" },
        ),
      ),
      group: group({}),
    },
  },
  "Packer by hand on another type": {
    stack: {
      build: command("packer build -var instance_type=c6i.large web.pkr.hcl"),
      template: template({ imageId: "$unknown", instanceType: "c6i.xlarge" }, { imageId: "build" }),
      group: group({}),
    },
    stops: ["instance-type-matches-bake"],
  },
  "a wrapper that maps two architectures": {
    stack: {
      x86: command("packer build -var instance_type=c6i.large -var arch=amd64 ."),
      arm: command("packer build -var instance_type=c7g.large -var arch=arm64 ."),
      template: template({ imageId: "$unknown", instanceType: "c7g.large" }, { imageId: ["x86", "arm"] }),
    },
    advises: ["image-origin-known"],
  },
  "Image Builder": {
    stack: {
      infrastructure: res(TYPE.builderInfrastructure, {
        instanceProfileName: "$unknown",
        instanceTypes: ["m6i.large"],
      }),
      image: res(
        TYPE.builderImage,
        { imageRecipeArn: "$unknown", infrastructureConfigurationArn: "$unknown" },
        { infrastructureConfigurationArn: "infrastructure" },
      ),
      template: template({ imageId: "$unknown", instanceType: "m6i.large" }, { imageId: "image" }),
    },
  },
  "aws-native alone": {
    stack: {
      template: res(TYPE.nativeLaunchTemplate, {
        launchTemplateData: { imageId: "ami-0123456789abcdef0", instanceType: "t3.micro" },
      }),
      group: res(
        TYPE.nativeGroup,
        { minSize: "1", maxSize: "2", launchTemplate: { launchTemplateId: "$unknown", version: "$unknown" } },
        { launchTemplate: "template" },
      ),
    },
    advises: ["image-origin-known"],
  },
  "Chef by hand, without this library": {
    stack: {
      template: template({
        imageId: "ami-0123456789abcdef0",
        instanceType: "m6i.large",
        userData: script(
          "curl -L https://omnitruck.chef.io/install.sh | bash\nchef-client -j /etc/chef/first-boot.json",
        ),
      }),
      group: group({ launchTemplate: { id: "$unknown", version: "1" } }),
    },
    stops: ["cleanup-on-destroy", "terminations-are-told"],
  },
  "Chef in local mode": {
    stack: {
      template: template({
        imageId: "ami-0123456789abcdef0",
        instanceType: "m6i.large",
        userData: script("# chef-client converges here\nchef-client -z -o web"),
      }),
      group: group({}),
    },
  },
  "a node class of Karpenter with an image of one's own": {
    stack: {
      bake: command("packer build -var instance_type=m6i.large ."),
      nodes: res("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", { spec: "$unknown" }, { spec: "bake" }),
    },
    advises: ["launched-type-known"],
  },
  "Packer for two architectures by a variable of the shell": {
    stack: {
      build: command('T=m6i.large; [ "$ARCH" = arm64 ] && T=m7g.large; packer build -var instance_type=$T .'),
      template: template({ imageId: "$unknown", instanceType: "m6i.large" }, { imageId: "build" }),
    },
    advises: ["image-origin-known"],
  },
};
