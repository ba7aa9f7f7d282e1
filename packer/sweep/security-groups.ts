import { setTimeout as pause } from "node:timers/promises";
import {
  DeleteSecurityGroupCommand,
  type EC2Client,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import { itemsOf } from "../../aws/pages";
import { unlessGone } from "../../aws/unless-gone";
import { TAG } from "../../contract/image-tags";
import { type Leftover, tagsTell } from "./leftover";

/** How Packer describes the group that it makes for one build. */
const DESCRIPTION = "Temporary group for Packer";
const TRIES = 10;
const PAUSE_MS = 3_000;

/**
 * The security groups that Packer made for one build and no living instance uses. New Packer tags them as it is told;
 * old Packer leaves them without a tag, but the name tells the second in which they were made.
 * @param ending ids of instances that are about to be removed, which hold nothing any more
 */
export async function leftSecurityGroups(ec2: EC2Client, ending: ReadonlySet<string>): Promise<Leftover[]> {
  const Filters = [
    { Name: "group-name", Values: ["packer_*"] },
    { Name: "description", Values: [DESCRIPTION] },
  ];
  const pages = paginateDescribeSecurityGroups({ client: ec2 }, { Filters });
  const found = (await itemsOf(pages, ({ SecurityGroups }) => SecurityGroups)).filter(mayBeOurs);
  const used = found.length > 0 ? await groupsInUse(ec2, found, ending) : new Set<string>();
  return found.filter(({ GroupId = "" }) => !used.has(GroupId)).map((group) => leftGroup(ec2, group));
}

/** Tags of others say that the group is theirs. */
function mayBeOurs({ Tags = [] }: SecurityGroup): boolean {
  return Tags.length === 0 || Tags.some(({ Key }) => Key === TAG.node);
}

async function groupsInUse(ec2: EC2Client, groups: SecurityGroup[], ending: ReadonlySet<string>): Promise<Set<string>> {
  const Filters = [{ Name: "group-id", Values: groups.map(({ GroupId = "" }) => GroupId) }];
  const pages = paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters });
  const all = await itemsOf(pages, ({ NetworkInterfaces }) => NetworkInterfaces);
  const staying = all.filter(({ Attachment }) => !ending.has(Attachment?.InstanceId ?? ""));
  return new Set(staying.flatMap(({ Groups = [] }) => Groups.map(({ GroupId = "" }) => GroupId)));
}

function leftGroup(ec2: EC2Client, { GroupId: id = "", GroupName = "", Tags }: SecurityGroup): Leftover {
  return {
    kind: "security group",
    id,
    name: GroupName,
    ...tagsTell(Tags, timeInName(GroupName)),
    remove: (signal) => deleteGroup(ec2, id, signal),
  };
}

/** The name ends in a UUID whose first 8 digits are seconds since 1970. */
function timeInName(name: string): Date | undefined {
  const seconds = /^packer_([0-9a-f]{8})-/.exec(name)?.[1];
  return seconds === undefined ? undefined : new Date(Number.parseInt(seconds, 16) * 1000);
}

/** An ended instance lets go of its group some seconds late. */
async function deleteGroup(ec2: EC2Client, id: string, signal?: AbortSignal): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      return await unlessGone(ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })), /^InvalidGroup\.NotFound$/);
    } catch (error) {
      if (left <= 1 || (error as Error).name !== "DependencyViolation") throw error;
      await pause(PAUSE_MS, undefined, { signal });
    }
  }
}
