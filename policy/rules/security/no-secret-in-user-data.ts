import { userDataOf } from "../../stack/group-members";
import { resourceRule } from "../../stack/rule";
import { secretsIn } from "../../stack/secrets";
import { LAUNCHERS } from "../../stack/types";

export const noSecretInUserData = resourceRule(
  {
    name: "no-secret-in-user-data",
    description: "User data can be read by everybody on the instance and by whoever may describe it",
    severity: "critical",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
    remediationSteps:
      "Keep the secret in SSM Parameter Store or Secrets Manager and let the instance fetch it by its own role.",
    checkov: ["CKV_AWS_46"],
  },
  LAUNCHERS,
  (launcher, say) => {
    say.ifUnknown(launcher, "userData", "userDataBase64");
    for (const kind of secretsIn(userDataOf(launcher) ?? "")) {
      say(
        launcher,
        `seems to have ${kind} in its user data`,
        "let the instance fetch it by its role, and change the secret",
      );
    }
  },
);
