import * as sdk from "@aws-sdk/client-kms";
import type { Properties } from "../values";
import { isGone, unlessGone } from "./gone";
import { outputs } from "./pascal";
import { count, flag, needText, object, objects, text, textMap, texts } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { allTags, droppedTags } from "./tags";

const DEFAULT_WINDOW_DAYS = 30;

const key: ResourceType = {
  inputs: plain(
    ...["customerMasterKeySpec", "deletionWindowInDays", "description", "enableKeyRotation", "isEnabled"],
    ...["keyUsage", "multiRegion", "policy", "rotationPeriodInDays", "tags"],
  ),
  defaults: { customerMasterKeySpec: "SYMMETRIC_DEFAULT", isEnabled: true, keyUsage: "ENCRYPT_DECRYPT" },
  replaces: ["customerMasterKeySpec", "keyUsage", "multiRegion"],
  computed: ["arn", "keyId"],
  async create(call, inputs) {
    const { KeyMetadata } = await call.clients.kms.send(
      new sdk.CreateKeyCommand({
        Description: text(inputs, "description"),
        KeySpec: text(inputs, "customerMasterKeySpec") as sdk.KeySpec,
        KeyUsage: text(inputs, "keyUsage") as sdk.KeyUsageType,
        MultiRegion: flag(inputs, "multiRegion"),
        Policy: text(inputs, "policy"),
        Tags: tags(inputs),
      }),
    );
    const id = needText(outputs({ ...KeyMetadata }), "KeyId");
    await rotate(call, id, inputs);
    if (flag(inputs, "isEnabled") === false) await call.clients.kms.send(new sdk.DisableKeyCommand({ KeyId: id }));
    return id;
  },
  async update(call, { id: KeyId, inputs, oldInputs, changed }) {
    const client = call.clients.kms;
    if (changed("description")) {
      const Description = text(inputs, "description") ?? "";
      await client.send(new sdk.UpdateKeyDescriptionCommand({ KeyId, Description }));
    }
    if (changed("policy") && inputs.policy !== undefined) {
      await client.send(new sdk.PutKeyPolicyCommand({ KeyId, Policy: needText(inputs, "policy") }));
    }
    if (changed("isEnabled")) {
      const enabled = flag(inputs, "isEnabled") !== false;
      await client.send(enabled ? new sdk.EnableKeyCommand({ KeyId }) : new sdk.DisableKeyCommand({ KeyId }));
    }
    if (changed("enableKeyRotation", "rotationPeriodInDays")) await rotate(call, KeyId, inputs);
    if (!changed("tags", "tagsAll")) return;
    const TagKeys = droppedTags(oldInputs, inputs);
    if (TagKeys.length > 0) await client.send(new sdk.UntagResourceCommand({ KeyId, TagKeys }));
    await client.send(new sdk.TagResourceCommand({ KeyId, Tags: tags(inputs) }));
  },
  async read(call, id) {
    const answer = await unlessGone(call.clients.kms.send(new sdk.DescribeKeyCommand({ KeyId: id })));
    const found = answer?.KeyMetadata;
    if (found === undefined || found.KeyState === "PendingDeletion") return undefined;
    return outputs({ arn: found.Arn, keyId: found.KeyId, description: found.Description, isEnabled: found.Enabled });
  },
  async delete(call, id, state) {
    const PendingWindowInDays = count(state, "deletionWindowInDays") ?? DEFAULT_WINDOW_DAYS;
    try {
      await call.clients.kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays }));
    } catch (error) {
      const deleted = error instanceof Error && error.name === "KMSInvalidStateException";
      if (!deleted && !isGone(error)) throw error;
    }
  },
};

function tags(inputs: Properties): sdk.Tag[] {
  return Object.entries(allTags(inputs)).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
}

async function rotate(call: Call, KeyId: string, inputs: Properties): Promise<void> {
  if (flag(inputs, "enableKeyRotation")) {
    const RotationPeriodInDays = count(inputs, "rotationPeriodInDays");
    await call.clients.kms.send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }));
  } else if (inputs.enableKeyRotation !== undefined) {
    await call.clients.kms.send(new sdk.DisableKeyRotationCommand({ KeyId }));
  }
}

const alias: ResourceType = {
  inputs: plain("name", "namePrefix", "targetKeyId"),
  required: ["targetKeyId"],
  replaces: ["name", "namePrefix"],
  computed: ["arn", "targetKeyArn"],
  async create(call, inputs) {
    const AliasName = needText(inputs, "name");
    await call.clients.kms.send(
      new sdk.CreateAliasCommand({ AliasName, TargetKeyId: needText(inputs, "targetKeyId") }),
    );
    return AliasName;
  },
  async update(call, { id, inputs }) {
    const TargetKeyId = needText(inputs, "targetKeyId");
    await call.clients.kms.send(new sdk.UpdateAliasCommand({ AliasName: id, TargetKeyId }));
  },
  async read(call, id) {
    const { Aliases = [] } = await call.clients.kms.send(new sdk.ListAliasesCommand({}));
    const found = Aliases.find((one) => one.AliasName === id);
    return found && outputs({ arn: found.AliasArn, name: id });
  },
  async delete(call, id) {
    await unlessGone(call.clients.kms.send(new sdk.DeleteAliasCommand({ AliasName: id })));
  },
};

/** Parses the id that @pulumi/aws gives a grant, `<key id>:<grant id>`. */
function grantOf(id: string): { KeyId: string; GrantId: string } {
  const cut = id.lastIndexOf(":");
  return { KeyId: id.slice(0, cut), GrantId: id.slice(cut + 1) };
}

const GRANT = ["granteePrincipal", "keyId", "name", "operations", "retiringPrincipal", "constraints"];

const grant: ResourceType = {
  inputs: {
    ...plain(...GRANT, "retireOnDelete"),
    constraints: plain("encryptionContextEquals", "encryptionContextSubset"),
  },
  required: ["granteePrincipal", "keyId", "operations"],
  defaults: { retireOnDelete: false },
  replaces: [...GRANT, "retireOnDelete"],
  automaticName: {},
  computed: ["grantId", "grantToken"],
  async create(call, inputs) {
    const KeyId = needText(inputs, "keyId");
    const [constraints] = objects(inputs, "constraints");
    const answer = await call.clients.kms.send(
      new sdk.CreateGrantCommand({
        KeyId,
        GranteePrincipal: needText(inputs, "granteePrincipal"),
        RetiringPrincipal: text(inputs, "retiringPrincipal"),
        Operations: texts(inputs, "operations") as sdk.GrantOperation[],
        Name: text(inputs, "name"),
        Constraints: constraints && {
          EncryptionContextEquals: contextOf(constraints, "encryptionContextEquals"),
          EncryptionContextSubset: contextOf(constraints, "encryptionContextSubset"),
        },
      }),
    );
    return `${KeyId}:${answer.GrantId}`;
  },
  async read(call, id) {
    const { KeyId, GrantId } = grantOf(id);
    const answer = await unlessGone(call.clients.kms.send(new sdk.ListGrantsCommand({ KeyId })));
    const found = answer?.Grants?.find((one) => one.GrantId === GrantId);
    return found && outputs({ grantId: GrantId, grantToken: GrantId, granteePrincipal: found.GranteePrincipal });
  },
  async delete(call, id, state) {
    const command = flag(state, "retireOnDelete")
      ? new sdk.RetireGrantCommand(grantOf(id))
      : new sdk.RevokeGrantCommand(grantOf(id));
    if (await grant.read(call, id, state)) await call.clients.kms.send(command as sdk.RevokeGrantCommand);
  },
};

function contextOf(constraints: Properties, name: string): Record<string, string> | undefined {
  return object(constraints, name) && textMap(constraints, name);
}

export const KMS: ResourceTypes = {
  "aws:kms/alias:Alias": alias,
  "aws:kms/grant:Grant": grant,
  "aws:kms/key:Key": key,
};
