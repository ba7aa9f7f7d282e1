import * as sdk from "@aws-sdk/client-iam";
import type { Properties } from "../values";
import { isGone, unlessGone } from "./gone";
import { outputs } from "./pascal";
import { count, needDocument, needText, text, texts } from "./reading";
import type { Call, ResourceType, ResourceTypes } from "./resource-type";
import { plain } from "./shape";
import { droppedTags, tagList } from "./tags";

const role: ResourceType = {
  inputs: {
    ...plain("assumeRolePolicy", "description", "forceDetachPolicies", "managedPolicyArns", "maxSessionDuration"),
    ...plain("name", "namePrefix", "path", "permissionsBoundary", "tags"),
  },
  required: ["assumeRolePolicy"],
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  replaces: ["name", "namePrefix", "path"],
  automaticName: {},
  computed: ["arn", "createDate", "uniqueId"],
  async create(call, inputs) {
    const RoleName = needText(inputs, "name");
    await call.clients.iam.send(
      new sdk.CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: needDocument(inputs, "assumeRolePolicy"),
        Description: text(inputs, "description"),
        MaxSessionDuration: count(inputs, "maxSessionDuration"),
        Path: text(inputs, "path"),
        PermissionsBoundary: text(inputs, "permissionsBoundary"),
        Tags: tagList(inputs),
      }),
    );
    await attach(call, RoleName, texts(inputs, "managedPolicyArns") ?? []);
    return RoleName;
  },
  async update(call, { id: RoleName, inputs, oldInputs, changed }) {
    const client = call.clients.iam;
    if (changed("assumeRolePolicy")) {
      const PolicyDocument = needDocument(inputs, "assumeRolePolicy");
      await client.send(new sdk.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    }
    if (changed("description", "maxSessionDuration")) {
      const MaxSessionDuration = count(inputs, "maxSessionDuration");
      await client.send(
        new sdk.UpdateRoleCommand({ RoleName, Description: text(inputs, "description"), MaxSessionDuration }),
      );
    }
    if (changed("permissionsBoundary")) await bound(call, RoleName, text(inputs, "permissionsBoundary"));
    if (changed("managedPolicyArns")) await reattach(call, RoleName, oldInputs, inputs);
    if (changed("tags", "tagsAll")) {
      const TagKeys = droppedTags(oldInputs, inputs);
      if (TagKeys.length > 0) await client.send(new sdk.UntagRoleCommand({ RoleName, TagKeys }));
      await client.send(new sdk.TagRoleCommand({ RoleName, Tags: tagList(inputs) }));
    }
  },
  async read(call, id) {
    const found = (await unlessGone(call.clients.iam.send(new sdk.GetRoleCommand({ RoleName: id }))))?.Role;
    return found && outputs({ arn: found.Arn, name: id, uniqueId: found.RoleId, createDate: found.CreateDate });
  },
  async delete(call, id, state) {
    await detach(call, id, texts(state, "managedPolicyArns") ?? []);
    await unlessGone(call.clients.iam.send(new sdk.DeleteRoleCommand({ RoleName: id })));
  },
};

async function bound(call: Call, RoleName: string, PermissionsBoundary: string | undefined): Promise<void> {
  if (PermissionsBoundary === undefined) {
    await call.clients.iam.send(new sdk.DeleteRolePermissionsBoundaryCommand({ RoleName }));
  } else {
    await call.clients.iam.send(new sdk.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
  }
}

async function reattach(call: Call, name: string, oldInputs: Properties, inputs: Properties): Promise<void> {
  const after = texts(inputs, "managedPolicyArns") ?? [];
  await detach(
    call,
    name,
    (texts(oldInputs, "managedPolicyArns") ?? []).filter((arn) => !after.includes(arn)),
  );
  await attach(call, name, after);
}

async function attach(call: Call, RoleName: string, arns: string[]): Promise<void> {
  for (const PolicyArn of arns) await call.clients.iam.send(new sdk.AttachRolePolicyCommand({ RoleName, PolicyArn }));
}

async function detach(call: Call, RoleName: string, arns: string[]): Promise<void> {
  for (const PolicyArn of arns) {
    await unlessGone(call.clients.iam.send(new sdk.DetachRolePolicyCommand({ RoleName, PolicyArn })));
  }
}

const rolePolicy: ResourceType = {
  inputs: plain("name", "namePrefix", "policy", "role"),
  required: ["policy", "role"],
  replaces: ["name", "namePrefix", "role"],
  automaticName: {},
  computed: [],
  async create(call, inputs) {
    await putRolePolicy(call, inputs);
    return `${needText(inputs, "role")}:${needText(inputs, "name")}`;
  },
  async update(call, { inputs }) {
    await putRolePolicy(call, inputs);
  },
  async read(call, id) {
    const found = await unlessGone(call.clients.iam.send(new sdk.GetRolePolicyCommand(parts(id))));
    return found && { name: parts(id).PolicyName, role: parts(id).RoleName };
  },
  async delete(call, id) {
    await unlessGone(call.clients.iam.send(new sdk.DeleteRolePolicyCommand(parts(id))));
  },
};

async function putRolePolicy(call: Call, inputs: Properties): Promise<void> {
  const request = {
    RoleName: needText(inputs, "role"),
    PolicyName: needText(inputs, "name"),
    PolicyDocument: needDocument(inputs, "policy"),
  };
  await call.clients.iam.send(new sdk.PutRolePolicyCommand(request));
}

function parts(id: string): { RoleName: string; PolicyName: string } {
  const [RoleName, PolicyName] = id.split(":");
  return { RoleName, PolicyName };
}

const rolePolicyAttachment: ResourceType = {
  inputs: plain("policyArn", "role"),
  required: ["policyArn", "role"],
  replaces: ["policyArn", "role"],
  computed: [],
  async create(call, inputs) {
    await attach(call, needText(inputs, "role"), [needText(inputs, "policyArn")]);
    return `${needText(inputs, "role")}-${needText(inputs, "policyArn")}`;
  },
  async read(call, _id, inputs) {
    const request = new sdk.ListAttachedRolePoliciesCommand({ RoleName: needText(inputs, "role") });
    const answer = await unlessGone(call.clients.iam.send(request));
    const found = answer?.AttachedPolicies?.some((one) => one.PolicyArn === inputs.policyArn);
    return found ? { role: inputs.role, policyArn: inputs.policyArn } : undefined;
  },
  async delete(call, _id, state) {
    await detach(call, needText(state, "role"), [needText(state, "policyArn")]);
  },
};

const instanceProfile: ResourceType = {
  inputs: plain("name", "namePrefix", "path", "role", "tags"),
  defaults: { path: "/" },
  replaces: ["name", "namePrefix", "path"],
  automaticName: {},
  computed: ["arn", "createDate", "uniqueId"],
  async create(call, inputs) {
    const InstanceProfileName = needText(inputs, "name");
    const request = { InstanceProfileName, Path: text(inputs, "path"), Tags: tagList(inputs) };
    await call.clients.iam.send(new sdk.CreateInstanceProfileCommand(request));
    await putRole(call, InstanceProfileName, text(inputs, "role"));
    return InstanceProfileName;
  },
  async update(call, { id: InstanceProfileName, inputs, oldInputs, changed }) {
    const client = call.clients.iam;
    if (changed("role")) {
      await takeRole(call, InstanceProfileName, text(oldInputs, "role"));
      await putRole(call, InstanceProfileName, text(inputs, "role"));
    }
    if (changed("tags", "tagsAll")) {
      const TagKeys = droppedTags(oldInputs, inputs);
      if (TagKeys.length > 0) await client.send(new sdk.UntagInstanceProfileCommand({ InstanceProfileName, TagKeys }));
      await client.send(new sdk.TagInstanceProfileCommand({ InstanceProfileName, Tags: tagList(inputs) }));
    }
  },
  async read(call, id) {
    const request = new sdk.GetInstanceProfileCommand({ InstanceProfileName: id });
    const found = (await unlessGone(call.clients.iam.send(request)))?.InstanceProfile;
    return (
      found && outputs({ arn: found.Arn, name: id, uniqueId: found.InstanceProfileId, createDate: found.CreateDate })
    );
  },
  async delete(call, id, state) {
    await takeRole(call, id, text(state, "role"));
    await unlessGone(call.clients.iam.send(new sdk.DeleteInstanceProfileCommand({ InstanceProfileName: id })));
  },
};

async function putRole(call: Call, InstanceProfileName: string, RoleName: string | undefined): Promise<void> {
  if (RoleName === undefined) return;
  await call.clients.iam.send(new sdk.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
}

async function takeRole(call: Call, InstanceProfileName: string, RoleName: string | undefined): Promise<void> {
  if (RoleName === undefined) return;
  try {
    await call.clients.iam.send(new sdk.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

export const IAM: ResourceTypes = {
  "aws:iam/instanceProfile:InstanceProfile": instanceProfile,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
};
