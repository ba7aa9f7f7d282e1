import { text } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { secretsIn } from "../../stack/secrets";
import { COMMANDS } from "../../stack/types";

export const noSecretInCommand = resourceRule(
  {
    name: "no-secret-in-command",
    description: "A command is printed when it fails, and visible to every process on the machine",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://www.pulumi.com/registry/packages/command/api-docs/local/command/",
    remediationSteps: "Pass the place where the secret is stored, and let the command read it when it runs.",
  },
  COMMANDS,
  (command, say) => {
    for (const property of ["create", "update", "delete"]) {
      say.ifUnknown(command, property);
      for (const kind of secretsIn(text(command.props, property) ?? "")) {
        say(
          command,
          `seems to contain ${kind} in its '${property}'`,
          "let it read the secret, and replace that secret",
        );
      }
    }
  },
);
