import { list, text } from "../../stack/known";
import { resourceRule } from "../../stack/rule";
import { TYPE } from "../../stack/types";

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
    remediationSteps: "Choose a supported runtime of the same language.",
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
      `choose a supported one, ${nextOf(runtime)}`,
    );
  },
);

/** A runtime of the same language. */
const NEXT: readonly (readonly [RegExp, string])[] = [
  [/^python/, "for Python python3.13"],
  [/^java/, "for Java java21"],
  [/^dotnet/, "for .NET dotnet10"],
  [/^ruby/, "for Ruby ruby3.4"],
  [/^(go|provided)/, "for Go and for runtimes of your own provided.al2023"],
];

function nextOf(runtime: string): string {
  return NEXT.find(([language]) => language.test(runtime))?.[1] ?? "for Node nodejs22.x";
}
