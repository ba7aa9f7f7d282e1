import { imageRule, isEveryOrigin } from "../../image/compare";
import { isEncrypted, isEncryptedByDefault } from "../../image/launcher";
import { flag, read } from "../../stack/known";
import { STRICT } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/** A copy is encrypted as its source is, or by the account's default; only one that says no is plain for all that is known. */
export const imageCopyEncrypted = imageRule(
  {
    name: "image-copy-encrypted",
    description: "A copy of an image keeps what is on it, and must be encrypted as the image before it is",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html",
    remediationSteps: "Set encrypted to true on the copy.",
    checkov: ["CKV_AWS_235"],
    configSchema: { properties: { strict: STRICT } },
  },
  async (graph, originsOf, say) => {
    const copies = graph.ofType(TYPE.amiCopy);
    for (const copy of copies) say.ifUnknown(copy, "encrypted");
    const open = copies.filter(({ props }) => flag(props, "encrypted") !== true);
    const plain = open.filter(
      (copy) => typeof read(copy.props, "encrypted") !== "symbol" && !isEncryptedByDefault(copy, graph),
    );
    const sources = plain.map((user) => isEveryOrigin({ user, property: "sourceAmiId" }, originsOf, isEncrypted));
    const encrypted = await Promise.all(sources);
    for (const [index, copy] of plain.entries()) {
      if (encrypted[index]) continue;
      const isStated = flag(copy.props, "encrypted") === false;
      const found = isStated ? "states that the copy is not encrypted" : "does not say that the copy is encrypted";
      say(copy, found, "set encrypted to true", isStated);
    }
  },
  [TYPE.amiCopy],
);
