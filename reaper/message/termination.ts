import { isInstanceId } from "../../chef/names";
import type { JsonRecord } from "../../common/json";
import { agreedOn, type Claims } from "./claims";
import { instanceFields } from "./instance-fields";
import { ignored, type Reading, rejected } from "./reading";

/** What a document was found in, and when what it tells happened. */
export interface Told {
  /** What the layers around it claim. */
  readonly around: Claims;
  /** Milliseconds since 1970. */
  readonly time: number | undefined;
  /** Of the document's fields, for people. @default none */
  readonly prefix?: string;
}

/** The termination that a document tells. */
export function readTermination(document: JsonRecord, { around, time, prefix }: Told): Reading {
  const agreed = agreedOn(around, document, prefix);
  if (agreed.kind === "rejected") return agreed;
  if (document.Destination === "WarmPool") return ignored("a move into the warm pool");
  const fields = instanceFields(document);
  const { region, account } = agreed;
  return "issue" in fields ? rejected(fields.issue) : { kind: "termination", ...fields, time, region, account };
}

/**
 * An instance whose launch was abandoned has registered, mostly: it never went into service, and goes. Where EC2 had no capacity there
 * never was one, and the launch has simply failed.
 */
export function readFailedLaunch(document: JsonRecord, told: Told, failed: Reading): Reading {
  if (!isInstanceId(document.EC2InstanceId)) return failed;
  const reading = readTermination(document, told);
  return reading.kind === "termination" ? { ...reading, launchFailed: true } : reading;
}
