import { list, text } from "../../known";
import { resourceRule } from "../../rule";
import { TYPE } from "../../types";

/** @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated */
const GONE = [
  ..."dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 dotnet5.0 dotnet6 dotnet7 dotnet8 go1.x java8".split(" "),
  ..."nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x nodejs16.x nodejs18.x".split(
    " ",
  ),
  ..."nodejs20.x provided provided.al2 python2.7 python3.6 python3.7 python3.8 python3.9 python3.10".split(" "),
  ..."ruby2.5 ruby2.7 ruby3.2".split(" "),
];

export const functionRuntime = resourceRule(
  {
    name: "function-runtime",
    description: "A runtime that AWS no longer mends cannot be created any more, and later not be updated",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    remediationSteps: "Choose a supported runtime, for Node nodejs22.x.",
    checkov: ["CKV_AWS_363"],
    configSchema: {
      properties: {
        gone: {
          type: "array",
          items: { type: "string" },
          default: [],
          description: "more runtimes that may not be used",
        },
      },
    },
  },
  [TYPE.function],
  (lambda, say, settings) => {
    const runtime = text(lambda.props, "runtime");
    if (runtime === undefined || ![...GONE, ...list(settings, "gone")].includes(runtime)) return;
    say(
      lambda,
      `has the runtime '${runtime}', which AWS no longer mends`,
      "choose a supported one, for Node nodejs22.x",
    );
  },
);
