import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Provider } from "../providers/provider";
import { containsSecret } from "../providers/secrets";
import type { Properties } from "../providers/values";
import { State } from "./state";

const TYPE = "pulumi:pulumi:StackReference";

/** Where the states of the stacks lie, and whose stack it is that refers to others. */
export interface Neighbourhood {
  readonly stateDir: string;
  readonly project: string;
  readonly passphrase: string | undefined;
}

/** The engine's own provider, `pulumi`: it reads what other stacks in the same folder of states put out. */
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

/** The outputs of `organization/project/stack`, `project/stack` or a stack of the same project. Errors: there is no such stack. */
function outputsOf(name: string, { stateDir, project, passphrase }: Neighbourhood): Properties {
  const [stack, of = project] = name.split("/").reverse();
  const file = join(stateDir, `${of}.${stack}.json`);
  if (!existsSync(file)) throw new Error(`the stack '${name}' does not exist in '${stateDir}'; bring it up first`);
  const resources = new State(file, passphrase, false).all();
  return resources.find((resource) => resource.type === "pulumi:pulumi:Stack")?.outputs ?? {};
}
