import { EC2Client, ModifyImageAttributeCommand } from "@aws-sdk/client-ec2";
import { patientClient } from "../../aws/client";
import { isAccount, isUnit } from "../spec/share-target";
import type { BakeSpec } from "../spec/spec";

/**
 * Shares the images with organizations and their units, in each region. Done by a call of our own, because Packer can from 1.7.9 on
 * alone. Snapshots are shared along with the image by AWS.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html
 */
export async function shareWithOrganizations(
  { shareWith = [] }: Pick<BakeSpec, "shareWith">,
  imageIds: Readonly<Record<string, string>>,
): Promise<void> {
  const others = shareWith.filter((target) => !isAccount(target));
  const Add = others.map((arn) => (isUnit(arn) ? { OrganizationalUnitArn: arn } : { OrganizationArn: arn }));
  if (Add.length === 0) return;
  for (const [region, ImageId] of Object.entries(imageIds)) {
    const ec2 = patientClient(EC2Client, region);
    await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add } }));
  }
}
