import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { canonical } from "../../common/json";
import { volumeMapping } from "../instance/data-volume";
import { metadataOptions } from "../instance/metadata";
import { volumeShape } from "../instance/volume-shape";
import { type Explanation, explainFailures } from "../lookup/failure-hook";
import { merge } from "../pass-through/merge";
import type { LaunchArgs, LaunchSource } from "./launch";
import { mappedDevices } from "./root-device";

/**
 * A launch configuration, for accounts that still use them; accounts opened since October 2024 cannot create one. Its name is generated, so
 * that a new one can be created before the old one is deleted.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
 */
export function createLaunchConfiguration(name: string, args: LaunchArgs, parent: pulumi.Resource): LaunchSource {
  const { group } = args;
  const { rootVolume, volumes } = mappedDevices(group);
  const hooks = { onError: explainFailures(`${name}-configuration-refused`, [refusal(name)]) };
  // To the provider, a value that is no longer set is no change
  const replacementTrigger = pulumi.output({ keyName: group.keyName, rootVolume, volumes }).apply(canonical);
  const configuration = merge(
    "launchConfiguration",
    {
      namePrefix: `${name}-`,
      imageId: group.imageId,
      instanceType: group.instanceType,
      keyName: group.keyName,
      userData: args.userData,
      iamInstanceProfile: "arn" in args.instanceProfile ? args.instanceProfile.arn : args.instanceProfile.name,
      securityGroups: args.securityGroupIds,
      associatePublicIpAddress: args.publicAddress,
      enableMonitoring: group.detailedMonitoring ?? true,
      metadataOptions: metadataOptions(group.instance?.metadata),
      rootBlockDevice: {
        encrypted: true,
        ...volumeShape(rootVolume),
        deleteOnTermination: true,
      },
      ebsBlockDevices: volumes.length > 0 ? volumes.map(volumeMapping) : undefined,
    },
    group.passOn?.launchConfiguration,
    (merged) => new aws.ec2.LaunchConfiguration(`${name}-configuration`, merged, { parent, hooks, replacementTrigger }),
  );
  return { launchConfiguration: configuration.name };
}

/** Accounts opened since October 2024 cannot create launch configurations, and AWS offers no way to check this in advance. */
export function refusal(group: string): Explanation {
  return {
    failure: /launch configuration creation operation is not available/i,
    meaning:
      "This AWS account cannot create launch configurations, like all accounts opened since October 2024; " +
      `leave out 'launch' of group "${group}", or set it to "template"`,
  };
}
