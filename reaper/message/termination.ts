import { isInstanceId } from "../../chef/names";
import type { JsonRecord } from "../../common/json";
import { agreedOn, type Claims } from "./claims";
import { instanceFields } from "./instance-fields";
import { ignored, type Reading, rejected } from "./reading";

/** Where a document was found, and when the event that it reports happened. */
export interface Envelope {
  /** What the layers around it claim. */
  readonly around: Claims;
  /** Milliseconds since 1970. */
  readonly time: number | undefined;
  /** Of the document's fields, for people. @default none */
  readonly prefix?: string;
}

/** The termination that a document reports. */
export function readTermination(document: JsonRecord, { around, time, prefix }: Envelope): Reading {
  const agreed = agreedOn(around, document, prefix);
  if (agreed.kind === "rejected") return agreed;
  if (document.Destination === "WarmPool") return ignored("a move into the warm pool");
  const fields = instanceFields(document);
  const { region, account } = agreed;
  return "issue" in fields ? rejected(fields.issue) : { kind: "termination", ...fields, time, region, account };
}

/**
 * An instance whose launch was abandoned has usually registered: it never went into service, and is terminated. If EC2 had no capacity,
 * there never was an instance, and the launch has simply failed.
 */
export function readFailedLaunch(document: JsonRecord, envelope: Envelope, failed: Reading): Reading {
  if (!isInstanceId(document.EC2InstanceId)) return failed;
  const reading = readTermination(document, envelope);
  return reading.kind === "termination" ? { ...reading, launchFailed: true } : reading;
}
