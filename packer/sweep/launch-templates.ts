import { DeleteLaunchTemplateCommand, type EC2Client, paginateDescribeLaunchTemplates } from "@aws-sdk/client-ec2";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell, unlessGone } from "./leftover";

/** The launch templates through which Packer requests spot instances; the template's `spot_tags` give them the tags of the run. */
export async function leftLaunchTemplates(ec2: EC2Client): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const Filters = [{ Name: "tag-key", Values: [TAG.node] }];
  for await (const { LaunchTemplates = [] } of paginateDescribeLaunchTemplates({ client: ec2 }, { Filters })) {
    for (const { LaunchTemplateId: id = "", Tags, CreateTime } of LaunchTemplates) {
      const deletion = new DeleteLaunchTemplateCommand({ LaunchTemplateId: id });
      const remove = () => unlessGone(ec2.send(deletion), /^InvalidLaunchTemplateId\.NotFound/);
      found.push({ kind: "launch template", id, ...tagsTell(Tags, CreateTime), remove });
    }
  }
  return found;
}
