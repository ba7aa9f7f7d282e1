import { DeleteLaunchTemplateCommand, type EC2Client, paginateDescribeLaunchTemplates } from "@aws-sdk/client-ec2";
import { itemsOf } from "../../aws/pages";
import { unlessGone } from "../../aws/unless-gone";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell } from "./leftover";

/** The launch templates by which Packer asks for spot instances; `spot_tags` of the template gives them the tags of the run. */
export async function leftLaunchTemplates(ec2: EC2Client): Promise<Leftover[]> {
  const pages = paginateDescribeLaunchTemplates(
    { client: ec2 },
    { Filters: [{ Name: "tag-key", Values: [TAG.node] }] },
  );
  const templates = await itemsOf(pages, ({ LaunchTemplates }) => LaunchTemplates);
  return templates.map(({ LaunchTemplateId: id = "", Tags, CreateTime }) => {
    const deletion = new DeleteLaunchTemplateCommand({ LaunchTemplateId: id });
    const remove = () => unlessGone(ec2.send(deletion), /^InvalidLaunchTemplateId\.NotFound/);
    return { kind: "launch template", id, ...tagsTell(Tags, CreateTime), remove };
  });
}
