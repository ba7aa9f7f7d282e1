import { isRegion } from "../../aws/region";
import { type Fields, fields, isCount, optional, type SpecIssue, unless } from "./fields";
import { isShareable } from "./share-target";

/** What becomes of the image once it is made. */
export function imageIssues(spec: Fields): SpecIssue[] {
  const { files, copies, shareWith, keep, encryption, instanceStore } = spec;
  const places = Object.entries(fields(files));
  const targets: unknown[] = Array.isArray(shareWith) ? shareWith : [];
  const issues = [
    ...["files", "copies", "keep", "encryption", "instanceStore", "rootVolume"].flatMap((name) =>
      optional(spec, name, "object"),
    ),
    ...optional(spec, "rebake", "string"),
    ...rootVolumeIssues(fields(spec.rootVolume)),
    ...optional(spec, "protectImage", "boolean"),
    ...places.flatMap(([place, folder]) =>
      unless(isFilePlace(place, folder), "files", { [place]: folder }, FILE_PLACE),
    ),
    ...Object.keys(fields(copies)).flatMap((region) => copyIssues(region, spec.region)),
    ...targets.flatMap((target) => unless(isShareable(target), "shareWith", target, SHARE_TARGET)),
    ...deprecationIssues(spec.deprecation),
    ...Object.entries(fields(keep)).flatMap(([name, value]) => {
      const right = ["count", "days"].includes(name) && value !== undefined && isCount(value, 1, Infinity);
      return unless(right, `keep.${name}`, value, "a whole number, 1 or more, of 'count' or 'days'");
    }),
  ];
  if (targets.length > 0 && encryption) issues.push(...sharedKeyIssues(encryption, fields(copies)));
  if (!encryption) issues.push(...uselessKeyIssues(fields(copies)));
  if (instanceStore && spec.spot) issues.push({ property: "spot", says: "bakes no S3-backed image; leave it out" });
  if (instanceStore && (encryption || copies || keep || spec.rootVolume)) {
    const says =
      "makes an image that is not encrypted, copied or counted here and has no volume; leave those settings out";
    issues.push({ property: "instanceStore", says });
  }
  return issues;
}

const SHARE_TARGET = "an account's 12 digits, or the ARN of an organization or of one of its units";

/** EC2 takes at most ten years. @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html */
const LONGEST_DAYS = 3_650;

function deprecationIssues(deprecation: unknown): SpecIssue[] {
  if (deprecation === undefined) return [];
  const { at, afterDays } = fields(deprecation);
  if ((at === undefined) === (afterDays === undefined))
    return unless(false, "deprecation", deprecation, "either {at} or {afterDays}");
  if (at !== undefined) {
    const right = typeof at === "string" && /^\d{4}-\d{2}-\d{2}/.test(at) && !Number.isNaN(Date.parse(at));
    return unless(right, "deprecation.at", at, "a time as '2027-06-30' or '2027-06-30T12:00:00Z'");
  }
  const expected = `a whole number of days from 1 to ${LONGEST_DAYS}`;
  return unless(isCount(afterDays, 1, LONGEST_DAYS), "deprecation.afterDays", afterDays, expected);
}

/** gp2 and gp3 take 16,384 GiB everywhere. @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const LARGEST_GIB = 16_384;

function rootVolumeIssues({ sizeGib, kind }: Fields): SpecIssue[] {
  const expected = `a whole number of GiB from 1 to ${LARGEST_GIB}`;
  return [
    ...unless(isCount(sizeGib, 1, LARGEST_GIB), "rootVolume.sizeGib", sizeGib, expected),
    ...unless([undefined, "gp2", "gp3"].includes(kind as string), "rootVolume.kind", kind, "'gp2' or 'gp3'"),
  ];
}

/** What AWS's own key encrypts cannot be shared, neither the image nor one of its copies. */
function sharedKeyIssues(encryption: unknown, copies: Fields): SpecIssue[] {
  const places = [
    ["encryption", encryption],
    ...Object.entries(copies).map(([region, it]) => [`copies.${region}`, it]),
  ];
  return places
    .filter(([, place]) => !fields(place).kmsKeyArn)
    .map(([setting]) => {
      const says = `cannot share what AWS's own key encrypts; give '${setting}.kmsKeyArn' and share it too`;
      return { property: "shareWith", says };
    });
}

function uselessKeyIssues(copies: Fields): SpecIssue[] {
  return Object.entries(copies)
    .filter(([, copy]) => fields(copy).kmsKeyArn)
    .map(([region]) => {
      const says = "encrypts nothing where 'encryption' is left out; give that too";
      return { property: `copies.${region}.kmsKeyArn`, says };
    });
}

const FILE_PLACE = "an absolute folder on the instance, below neither /etc/chef nor /dev, and a folder here";

function isFilePlace(place: string, folder: unknown): boolean {
  return (
    /^(\/[A-Za-z0-9_.-]+)+$/.test(place) &&
    !/^\/(etc\/chef|dev)(\/|$)|\/\.\.?(\/|$)/.test(place) &&
    typeof folder === "string"
  );
}

function copyIssues(region: string, home: unknown): SpecIssue[] {
  if (region === home) {
    return [{ property: "copies", says: `names '${region}', where the image is baked; leave it out` }];
  }
  return unless(isRegion(region), "copies", region, "AWS regions as 'eu-central-1'");
}
