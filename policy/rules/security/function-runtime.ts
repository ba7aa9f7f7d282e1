import { list, text } from "../../stack/known";
import { listOf, resourceRule, STRICT } from "../../stack/rule";
import { TYPE } from "../../stack/types";

/**
 * Runtimes whose functions AWS lets nobody update any more, by 22 August 2026.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
 * @see https://github.com/endoflife-date/endoflife.date/blob/master/products/aws-lambda.md, which takes its dates from there
 */
const BLOCKED = [
  ..."dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 dotnet5.0 dotnet7 python2.7 python3.6 ruby2.5".split(" "),
  ..."nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x".split(" "),
];

/** Deprecated by 10 November 2026; AWS has put off blocking these, to March 2027 at that writing. */
const DEPRECATED = [
  ..."dotnet6 dotnet8 go1.x java8 nodejs14.x nodejs16.x nodejs18.x nodejs20.x provided provided.al2".split(" "),
  ..."python3.7 python3.8 python3.9 python3.10 ruby2.7 ruby3.2".split(" "),
];

export const functionRuntime = resourceRule(
  {
    name: "function-runtime",
    description:
      "AWS may leave a deprecated runtime without security patches, and later lets nobody create or update its functions",
    severity: "medium",
    enforcementLevel: "mandatory",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    remediationSteps: "Choose a supported runtime of the same language.",
    checkov: ["CKV_AWS_363"],
    configSchema: {
      properties: {
        strict: { ...STRICT, description: "stop also at deprecated runtimes that AWS still lets everybody use" },
        gone: listOf("more runtimes that may not be used"),
      },
    },
  },
  [TYPE.function],
  (lambda, say, settings) => {
    const runtime = text(lambda.props, "runtime");
    say.ifUnknown(lambda, "runtime");
    if (runtime === undefined) return;
    const fix = `choose a supported one, ${nextOf(runtime)}`;
    if (list(settings, "gone").includes(runtime)) say(lambda, `has the runtime '${runtime}', which 'gone' lists`, fix);
    else if (BLOCKED.includes(runtime)) {
      say(lambda, `has the runtime '${runtime}', whose functions AWS lets nobody update`, fix);
    } else if (DEPRECATED.includes(runtime)) {
      say(lambda, `has the runtime '${runtime}', which AWS has deprecated`, fix, false);
    }
  },
);

/** A runtime of the same language that AWS supports until 2028 or longer, by the same table. */
const NEXT: readonly (readonly [RegExp, string])[] = [
  [/^python/, "for Python python3.13"],
  [/^java/, "for Java java21"],
  [/^dotnet/, "for .NET dotnet10"],
  [/^ruby/, "for Ruby ruby3.4"],
  [/^(go|provided)/, "for Go and for runtimes of your own provided.al2023"],
];

function nextOf(runtime: string): string {
  return NEXT.find(([language]) => language.test(runtime))?.[1] ?? "for Node nodejs24.x";
}
