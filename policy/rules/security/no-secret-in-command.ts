import { text } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { secretsIn } from "../../stack/secrets";
import { COMMANDS } from "../../stack/types";

export const noSecretInCommand = resourceRule(
  {
    name: "no-secret-in-command",
    description: "A command's text is printed where it fails, and seen by every process beside it",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://www.pulumi.com/registry/packages/command/api-docs/local/command/",
    remediationSteps: "Name where the secret is kept, and let the command read it when it runs.",
  },
  COMMANDS,
  (command, say) => {
    for (const property of ["create", "update", "delete"]) {
      say.ifUnknown(command, property);
      for (const kind of secretsIn(text(command.props, property) ?? "")) {
        say(command, `seems to have ${kind} in its '${property}'`, "let it read the secret, and change that secret");
      }
    }
  },
);
