import { needed, object, oneOf, type ShapeOf, text, texts } from "../validation/shape";
import type { ChefConnection, ChefIdentity, DataBagSecret, ReadFrom } from "./chef-connection";
import { CHEF_LICENSES } from "./license";

/** Which of the places is set is checked with its value. */
const keyReference = object({ ssmParameter: text, secretId: text, file: text, environment: text });

const identity = object({
  name: needed(text),
  key: needed(keyReference),
  kmsKeyArn: text,
} satisfies ShapeOf<ChefIdentity>);

export const chefIdentity = identity;

export const dataBagSecret = object({
  secret: needed(keyReference),
  kmsKeyArn: text,
} satisfies ShapeOf<DataBagSecret>);

export const readFrom = object({ vpcIds: texts, vpcEndpointIds: texts } satisfies ShapeOf<ReadFrom>);

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
