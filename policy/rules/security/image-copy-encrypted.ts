import type { PolicyResource } from "@pulumi/policy";
import { imageRule, type OriginsOf } from "../../image/compare";
import { isUnfound } from "../../image/origins";
import { type Graph, regionOf } from "../../stack/graph";
import { flag, isUnknown, read } from "../../stack/known";
import { STRICT } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** A copy is encrypted like its source, or by the account's default; only one that turns encryption off is certainly not. */
export const imageCopyEncrypted = imageRule(
  {
    name: "image-copy-encrypted",
    description: "A copy of an image contains the same data, and must be encrypted like the original",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html",
    remediationSteps: "Set encrypted to true on the copy.",
    checkov: ["CKV_AWS_235"],
    configSchema: { properties: { strict: STRICT } },
  },
  async (graph, originsOf, say) => {
    for (const copy of graph.ofType(TYPE.amiCopy)) {
      if (isUnknown(copy.props, "encrypted")) say.cannotKnow(copy, "encrypted");
    }
    const open = graph.ofType(TYPE.amiCopy).filter(({ props }) => flag(props, "encrypted") !== true);
    const plain = open.filter((copy) => typeof read(copy.props, "encrypted") !== "symbol" && !isByDefault(copy, graph));
    const encrypted = await Promise.all(plain.map((copy) => isSourceEncrypted(copy, originsOf)));
    for (const [index, copy] of plain.entries()) {
      if (encrypted[index]) continue;
      const isStated = flag(copy.props, "encrypted") === false;
      const found = isStated ? "turns off encryption of the copy" : "does not set encryption of the copy";
      say(copy, found, "set encrypted to true", isStated);
    }
  },
  [TYPE.amiCopy],
);

function isByDefault(copy: PolicyResource, graph: Graph): boolean {
  const region = regionOf(copy);
  return graph
    .ofType(TYPE.ebsEncryptionByDefault)
    .some((one) => flag(one.props, "enabled") !== false && regionOf(one) === region);
}

async function isSourceEncrypted(copy: PolicyResource, originsOf: OriginsOf): Promise<boolean> {
  const origins = await originsOf({ user: copy, property: "sourceAmiId" });
  return !isUnfound(origins) && origins.every(({ encrypted }) => encrypted === true);
}
