import { KMS_KEY_ARN, VPC_ENDPOINT_ID, VPC_ID } from "../validation/aws-references";
import { late, needed, object, oneOf, reference, references, type ShapeOf, text, texts } from "../validation/shape";
import type { ChefConnection, ChefIdentity, DataBagSecret, ReadFrom } from "./chef-connection";
import { CHEF_LICENSES } from "./license";

/** Which of the places it names is checked with its value. What stands in its stead may be the secret itself. */
const keyReference = { ...object({ ssmParameter: text, secretId: text, file: text, environment: text }), hidden: true };

const identity = object({
  name: needed(text),
  key: needed(keyReference),
  kmsKeyArn: late(reference(KMS_KEY_ARN)),
} satisfies ShapeOf<ChefIdentity>);

export const chefIdentity = identity;

export const dataBagSecret = object({
  secret: needed(keyReference),
  kmsKeyArn: late(reference(KMS_KEY_ARN)),
} satisfies ShapeOf<DataBagSecret>);

export const readFrom = object({
  vpcIds: late(references(VPC_ID)),
  vpcEndpointIds: late(references(VPC_ENDPOINT_ID)),
} satisfies ShapeOf<ReadFrom>);

export const chefConnection = object({
  serverUrl: needed(text),
  caPem: text,
  license: oneOf(...CHEF_LICENSES),
  dataBagSecret,
  readFrom,
  httpProxy: text,
  httpsProxy: text,
  noProxy: texts,
  validator: needed(identity),
  operator: needed(identity),
} satisfies ShapeOf<ChefConnection>);
