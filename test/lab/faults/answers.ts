import type { Fault } from "../../helpers/fault-proxy";

/** A wrong response to a request about one instance. */
export interface WrongAnswer {
  readonly title: string;
  readonly fault: Fault;
  /** How often it is returned before the server's own response: more often than a client retries by itself. @default 1 */
  readonly times?: number;
  /** What the log contains for the attempt that got it. */
  readonly says: RegExp;
}

/** The three requests to the Chef server for a removal. */
export const CHEF_REQUESTS = ["GET /nodes/", "DELETE /clients/", "DELETE /nodes/"] as const;

const HTML = { "Content-Type": "text/html" };
const page = (text: string) => `<html><body><h1>${text}</h1></body></html>`;

/** For each of them, the message must stay in the queue, whichever of the three requests gets it. */
export const CHEF_ANSWERS: readonly WrongAnswer[] = [
  { title: "500", fault: { status: 500 }, says: /answered 500 \(server\)/ },
  {
    title: "502 with a load balancer's page",
    fault: { status: 502, body: page("Bad Gateway"), headers: HTML },
    says: /502/,
  },
  { title: "503", fault: { status: 503, headers: { "Retry-After": "1" } }, says: /answered 503/ },
  { title: "429", fault: { status: 429 }, says: /answered 429 \(throttled\)/ },
  // Twice: the first responses of a session may come from a server that requires an older version of signing.
  { title: "401", fault: { status: 401 }, times: 2, says: /answered 401 \(unauthorized\)/ },
  { title: "403", fault: { status: 403 }, says: /answered 403 \(forbidden\)/ },
  {
    title: "404 with a proxy's page",
    fault: { status: 404, body: page("Not Found"), headers: HTML },
    says: /answered 404 \(malformed\)/,
  },
  {
    title: "404 about something else",
    fault: { status: 404, body: '{"error":["organization \'acme\' does not exist"]}' },
    says: /answered 404 \(malformed\)/,
  },
  {
    title: "301 to a login page",
    fault: { status: 301, headers: { Location: "http://127.0.0.1:9/login" } },
    says: /answered 301 \(refused\)/,
  },
  { title: "204", fault: { status: 204, body: "" }, says: /answered 204 \(malformed\)/ },
  { title: "garbage", fault: "garbage", says: /answered 200 \(malformed\)/ },
  { title: "an empty 200", fault: "empty-200", says: /answered 200 \(malformed\)/ },
  { title: "another object", fault: { status: 200, body: '{"name":"admin"}' }, says: /answered 200 \(malformed\)/ },
  {
    title: "JSON nested 100,000 deep",
    fault: { status: 200, body: "[".repeat(100_000) },
    says: /answered 200 \(malformed\)/,
  },
  // Twice: on a kept connection, the client retries once by itself.
  { title: "half a body", fault: "half-body", times: 2, says: /\(unreachable\)/ },
  { title: "nothing", fault: "silence", says: /\(timeout\)/ },
  { title: "a closed connection", fault: "hang-up", times: 2, says: /\(unreachable\)/ },
];

const NAMESPACE = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';
const instances = (xml: string) =>
  `<DescribeInstancesResponse ${NAMESPACE}><requestId>r</requestId>${xml}</DescribeInstancesResponse>`;
const ofOne = (xml: string) =>
  instances(`<reservationSet><item><instancesSet><item>${xml}</item></instancesSet></item></reservationSet>`);
const refusal = (code: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>made up</Message></Error></Errors><RequestID>r</RequestID></Response>`;
const XML = { "Content-Type": "text/xml" };
const answered = (status: number, body: string): Fault => ({ status, body, headers: XML });
/** Number of attempts of the AWS SDK. */
const SDK_ATTEMPTS = 3;

/** The same for EC2: what proves nothing about an instance must change nothing, whether it is dead or alive. */
export const EC2_ANSWERS: readonly WrongAnswer[] = [
  { title: "no instance at all", fault: answered(200, instances("<reservationSet/>")), says: /proves nothing/ },
  {
    title: "another instance, terminated",
    fault: answered(
      200,
      ofOne(
        "<instanceId>i-0fedcba9876543210</instanceId><instanceState><code>48</code><name>terminated</name></instanceState>",
      ),
    ),
    says: /proves nothing/,
  },
  { title: "an empty 200", fault: "empty-200", says: /./ },
  { title: "garbage", fault: "garbage", says: /./ },
  { title: "500", fault: answered(500, refusal("InternalError")), times: SDK_ATTEMPTS, says: /made up/ },
  {
    title: "throttling",
    fault: answered(503, refusal("RequestLimitExceeded")),
    times: SDK_ATTEMPTS,
    says: /made up/,
  },
  { title: "no permission", fault: answered(403, refusal("UnauthorizedOperation")), says: /made up/ },
  { title: "half a body", fault: "half-body", times: SDK_ATTEMPTS, says: /./ },
  { title: "a closed connection", fault: "hang-up", times: SDK_ATTEMPTS, says: /./ },
  // Last, since it takes the longest.
  { title: "nothing", fault: "silence", times: SDK_ATTEMPTS, says: /./ },
];
