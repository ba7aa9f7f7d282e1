import { commandProvider } from "../providers/command/provider";
import type { Provider } from "../providers/provider";
import { revealAll } from "../providers/secrets";
import { containsUnknown, type Properties } from "../providers/values";
import { dynamicProvider } from "./dynamic";
import type { Configuration, Project } from "./project";
import { type Neighbourhood, stackReferences } from "./stack-references";
import type { Resource } from "./state";

const PROVIDER_TYPE = "pulumi:providers:";

/** Whether this is the type of a provider resource, such as `pulumi:providers:aws`. */
export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_TYPE);
}

/** The package of a type token or function token. */
function packageOf(token: string): string {
  return isProviderType(token) ? token.slice(PROVIDER_TYPE.length) : token.split(":")[0];
}

/** The providers of one run: one default provider per package, and the program's explicit ones. */
export class ProviderPool {
  private readonly explicit = new Map<string, Promise<Provider>>();
  private readonly defaults = new Map<string, Promise<Provider>>();

  constructor(
    private readonly project: Project,
    private readonly configuration: Configuration,
    private readonly lookUp: (urn: string) => Resource | undefined,
    private readonly neighbourhood: Neighbourhood,
  ) {}

  /** Creates the provider for a provider resource. */
  declare(urn: string, type: string, inputs: Properties): Promise<Provider> {
    const provider = this.make(packageOf(type), inputs);
    this.explicit.set(urn, provider);
    return provider;
  }

  /**
   * Returns the provider for a type or function.
   *
   * @param urn URN of the explicit provider; if missing, the package's default provider
   */
  get(token: string, urn?: string): Promise<Provider> {
    if (urn === undefined) return this.default(packageOf(token));
    const declared = this.explicit.get(urn);
    if (declared !== undefined) return declared;
    const resource = this.lookUp(urn);
    if (resource === undefined) throw new Error(`the provider '${urn}' is not in the state; run up before this`);
    return this.declare(urn, resource.type, resource.inputs);
  }

  private default(name: string): Promise<Provider> {
    const prefix = `${name}:`;
    const own = Object.entries(this.configuration).filter(([key]) => key.startsWith(prefix));
    const config = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
    const provider = this.defaults.get(name) ?? this.make(name, config);
    this.defaults.set(name, provider);
    return provider;
  }

  private async make(name: string, config: Properties): Promise<Provider> {
    const provider = await this.fresh(name);
    // In a preview, a setting may come from a resource that does not exist yet; the provider is then configured without it.
    const known = Object.entries(revealAll(config)).filter(([, value]) => !containsUnknown(value));
    await provider.configure(Object.fromEntries(known));
    return provider;
  }

  private async fresh(name: string): Promise<Provider> {
    // Imported only when needed: loading the AWS SDK's clients takes longer than deploying a small stack.
    if (name === "aws") return (await import("../providers/aws/provider.js")).awsProvider();
    if (name === "command") return commandProvider();
    if (name === "pulumi") return stackReferences(this.neighbourhood);
    if (name === "pulumi-nodejs") return dynamicProvider(this.project, this.configuration);
    throw new Error(
      `the lab's engine has no provider for the package '${name}', it has aws, command and pulumi-nodejs; use the Pulumi CLI`,
    );
  }
}
