import * as sdk from "@aws-sdk/client-auto-scaling";
import type { Properties } from "../values";
import { unlessGone } from "./gone";
import { outputs, pascal } from "./pascal";
import { flag, needText, object, objects, text, texts } from "./reading";
import type { ResourceType } from "./resource-type";
import { plain } from "./shape";

const DISK = plain("deleteOnTermination", "encrypted", "iops", "throughput", "volumeSize", "volumeType");

/** `aws:ec2/launchConfiguration:LaunchConfiguration`. Every change replaces it. */
export const launchConfiguration: ResourceType = {
  inputs: {
    ...plain(
      "associatePublicIpAddress",
      "ebsOptimized",
      "enableMonitoring",
      "iamInstanceProfile",
      "imageId",
      "instanceType",
    ),
    ...plain("keyName", "name", "namePrefix", "placementTenancy", "securityGroups", "spotPrice", "userData"),
    rootBlockDevice: DISK,
    ebsBlockDevices: { ...DISK, ...plain("deviceName", "noDevice", "snapshotId") },
    ephemeralBlockDevices: plain("deviceName", "noDevice", "virtualName"),
    metadataOptions: plain("httpEndpoint", "httpPutResponseHopLimit", "httpTokens"),
  },
  required: ["imageId", "instanceType"],
  defaults: { enableMonitoring: true },
  replaces: [
    ...[
      "associatePublicIpAddress",
      "ebsOptimized",
      "enableMonitoring",
      "iamInstanceProfile",
      "imageId",
      "instanceType",
    ],
    ...["keyName", "name", "namePrefix", "placementTenancy", "securityGroups", "spotPrice", "userData"],
    ...["rootBlockDevice", "ebsBlockDevices", "ephemeralBlockDevices", "metadataOptions"],
  ],
  automaticName: {},
  computed: ["arn"],
  async create(call, inputs) {
    const name = needText(inputs, "name");
    const metadata = object(inputs, "metadataOptions");
    await call.clients.autoScaling.send(
      new sdk.CreateLaunchConfigurationCommand({
        LaunchConfigurationName: name,
        ImageId: needText(inputs, "imageId"),
        InstanceType: needText(inputs, "instanceType"),
        AssociatePublicIpAddress: flag(inputs, "associatePublicIpAddress"),
        EbsOptimized: flag(inputs, "ebsOptimized"),
        InstanceMonitoring: { Enabled: flag(inputs, "enableMonitoring") },
        IamInstanceProfile: text(inputs, "iamInstanceProfile"),
        KeyName: text(inputs, "keyName"),
        PlacementTenancy: text(inputs, "placementTenancy"),
        SecurityGroups: texts(inputs, "securityGroups"),
        SpotPrice: text(inputs, "spotPrice"),
        UserData: encoded(text(inputs, "userData")),
        BlockDeviceMappings: disks(inputs),
        MetadataOptions: metadata && pascal<sdk.InstanceMetadataOptions>(metadata),
      }),
    );
    return name;
  },
  async read(call, id) {
    const request = new sdk.DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: [id] });
    const found = (await unlessGone(call.clients.autoScaling.send(request)))?.LaunchConfigurations?.[0];
    return found && outputs({ arn: found.LaunchConfigurationARN, name: found.LaunchConfigurationName });
  },
  async delete(call, id) {
    await unlessGone(
      call.clients.autoScaling.send(new sdk.DeleteLaunchConfigurationCommand({ LaunchConfigurationName: id })),
    );
  },
};

function encoded(userData: string | undefined): string | undefined {
  return userData === undefined ? undefined : Buffer.from(userData).toString("base64");
}

function disks(inputs: Properties): sdk.BlockDeviceMapping[] | undefined {
  const root = object(inputs, "rootBlockDevice");
  const all = [
    // Every image that the lab bakes boots from /dev/sda1, as moto's own images do.
    ...(root === undefined ? [] : [{ DeviceName: "/dev/sda1", Ebs: pascal<sdk.Ebs>(root) }]),
    ...objects(inputs, "ebsBlockDevices").map(({ deviceName, noDevice, ...disk }) => ({
      DeviceName: String(deviceName),
      ...(noDevice === true ? { NoDevice: true } : { Ebs: pascal<sdk.Ebs>(disk) }),
    })),
    ...objects(inputs, "ephemeralBlockDevices").map((disk) => ({
      DeviceName: needText(disk, "deviceName"),
      NoDevice: flag(disk, "noDevice"),
      VirtualName: text(disk, "virtualName"),
    })),
  ];
  return all.length === 0 ? undefined : all;
}
