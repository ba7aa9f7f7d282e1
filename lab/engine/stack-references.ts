import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Provider } from "../providers/provider";
import { containsSecret } from "../providers/secrets";
import type { Properties } from "../providers/values";
import { State } from "./state";

const TYPE = "pulumi:pulumi:StackReference";

/** The folder with the states of all stacks, and the project and passphrase of the referring stack. */
export interface Neighbourhood {
  readonly stateDir: string;
  readonly project: string;
  readonly passphrase: string | undefined;
}

/** The engine's own provider `pulumi`, which reads the outputs of other stacks whose state is in the same folder. */
export function stackReferences(neighbourhood: Neighbourhood): Provider {
  const refuse = (): never => {
    throw new Error(`the lab's engine only reads '${TYPE}', it makes none; use new pulumi.StackReference(name)`);
  };
  return {
    name: "pulumi",
    version: "1.0.0",
    spreadsSecrets: false,
    configure: async () => undefined,
    read: async ({ type, id }) => {
      if (type !== TYPE) throw new Error(`the lab's engine has no type '${type}' of its own, it has '${TYPE}'`);
      const outputs = outputsOf(id, neighbourhood);
      const secretOutputNames = Object.keys(outputs).filter((key) => containsSecret(outputs[key]));
      return { id, inputs: { name: id }, outputs: { name: id, outputs, secretOutputNames } };
    },
    check: refuse,
    diff: refuse,
    create: refuse,
    update: refuse,
    delete: refuse,
    invoke: refuse,
  };
}

/** Outputs of `organization/project/stack`, `project/stack`, or a stack of the same project. @throws if the stack does not exist */
function outputsOf(name: string, { stateDir, project, passphrase }: Neighbourhood): Properties {
  const [stack, of = project] = name.split("/").reverse();
  const file = join(stateDir, `${of}.${stack}.json`);
  if (!existsSync(file)) throw new Error(`the stack '${name}' does not exist in '${stateDir}'; bring it up first`);
  const resources = new State(file, passphrase, false).all();
  return resources.find((resource) => resource.type === "pulumi:pulumi:Stack")?.outputs ?? {};
}
