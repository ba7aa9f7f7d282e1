import type { KeyObject } from "node:crypto";
import type { Answer } from "./answer";
import { type ChefError, type ChefFailure, chefError } from "./chef-error";
import { type ChefConnectionOptions, checkedLimits, checkedServerUrl, privateKeyOf } from "./connection-options";
import { kindOf, networkFailure, serverMessage } from "./failure";
import { createGate, type Gate } from "./gate";
import { askedPauseMs } from "./pace";
import { type SigningVersion, signedHeaders } from "./signing";
import { createTransport, type Transport } from "./transport";

/** A request before it is signed. */
export interface ChefRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path below the server URL. */
  readonly path: string;
  /** The query string, which is not signed. */
  readonly query?: string;
  readonly body?: unknown;
  /** Receives a successful response in parts; see Exchange. */
  readonly onText?: (text: string) => void;
}

/** Sends signed requests and returns every response that is a success or a 404. */
export interface Requester {
  send(request: ChefRequest): Promise<Answer>;
  /** The request's path on the server, for messages. */
  fullPath(request: ChefRequest): string;
  close(): void;
}

interface Session {
  readonly options: ChefConnectionOptions;
  readonly key: KeyObject;
  readonly basePath: string;
  readonly transport: Transport;
  readonly gate: Gate;
  version: SigningVersion;
  /** Whether the server has accepted a signature of this version, or has refused both versions. */
  settled: boolean;
}

const ALLOWED_SKEW_SECONDS = 15 * 60;

/** @throws if the server URL or the key cannot be used */
export function createRequester(options: ChefConnectionOptions): Requester {
  const url = checkedServerUrl(options.serverUrl);
  const signing = options.signing ?? "auto";
  const limits = checkedLimits(options);
  const session: Session = {
    options,
    key: privateKeyOf(options),
    basePath: url.pathname.replace(/\/+$/, ""),
    transport: createTransport({
      url,
      caPem: options.caPem,
      timeoutMs: options.timeoutMs ?? 10_000,
      maxSockets: limits.window,
    }),
    gate: createGate(limits),
    version: signing === "auto" ? "1.3" : signing,
    settled: signing !== "auto",
  };
  return {
    send: (request) => sendChecked(session, request),
    fullPath: (request) => session.basePath + request.path,
    close: () => session.transport.close(),
  };
}

async function sendChecked(session: Session, request: ChefRequest): Promise<Answer> {
  const answer = await sendSettling(session, request);
  if ((answer.status >= 200 && answer.status < 300) || answer.status === 404) {
    return answer;
  }
  throw chefError(failureOf(session, request, answer));
}

/**
 * Sends, and determines the signing version from the first responses that verified a signature; a proxy's 503 did not. A wrong clock is no
 * reason to try another version.
 */
async function sendSettling(session: Session, request: ChefRequest): Promise<Answer> {
  // Read before sending: concurrent first requests may each find out for themselves.
  const settled = session.settled;
  const answer = await sendInTurn(session, request, session.version);
  if (settled) {
    return answer;
  }
  if (answer.status !== 401) {
    session.settled = isAccepted(answer);
    return answer;
  }
  if (isSkewed(skewSeconds(session, answer))) {
    return answer;
  }
  const second = await sendInTurn(session, request, "1.1");
  if (isAccepted(second)) session.version = "1.1";
  session.settled = second.status === 401 || isAccepted(second);
  return second.status === 401 ? answer : second;
}

/** Whether the server has verified the signature. */
function isAccepted({ status }: Answer): boolean {
  return (status >= 200 && status < 300) || [403, 404, 409].includes(status);
}

/** Signed when its turn has come: a signature is valid only for minutes, and requests wait while a server is under load. */
function sendInTurn(session: Session, request: ChefRequest, version: SigningVersion): Promise<Answer> {
  return session.gate.pass(
    () => sendSigned(session, request, version),
    (waitMs) => tooLong(session, request, waitMs),
  );
}

function tooLong(session: Session, { method, path }: ChefRequest, waitMs: number): ChefError {
  const seconds = Math.ceil(waitMs / 1000);
  return chefError({
    kind: "throttled",
    method,
    path: session.basePath + path,
    serverMessage: `not sent: the request would have waited ${seconds} seconds for its turn`,
    retryAfterSeconds: seconds,
  });
}

async function sendSigned(session: Session, request: ChefRequest, version: SigningVersion): Promise<Answer> {
  const body = request.body === undefined ? "" : JSON.stringify(request.body);
  const path = session.basePath + request.path;
  const signed = await signedHeaders({
    method: request.method,
    path,
    body,
    userId: session.options.clientName,
    key: session.key,
    version,
    timestamp: now(session),
    serverApiVersion: "1",
  });
  const headers = { Accept: "application/json", "X-Chef-Version": "18.5.0", ...signed, ...contentHeaders(body) };
  const target = request.query ? `${path}?${request.query}` : path;
  try {
    const { method, onText } = request;
    return await session.transport.send({ method, path: target, headers, body, onText });
  } catch (error) {
    const secure = session.options.serverUrl.startsWith("https:");
    throw chefError(networkFailure(request.method, path, error, secure), error);
  }
}

function contentHeaders(body: string): Record<string, string> {
  return body ? { "Content-Type": "application/json", "Content-Length": `${Buffer.byteLength(body)}` } : {};
}

function failureOf(session: Session, request: ChefRequest, answer: Answer): ChefFailure {
  const skew = skewSeconds(session, answer);
  return {
    kind: answer.status === 401 && isSkewed(skew) ? "clock-skew" : kindOf(answer.status),
    method: request.method,
    path: session.basePath + request.path,
    status: answer.status,
    serverMessage: serverMessage(answer.text),
    skewSeconds: skew,
    retryAfterSeconds: retryAfterSeconds(answer),
  };
}

function retryAfterSeconds(answer: Answer): number | undefined {
  const wanted = askedPauseMs(answer, Date.now());
  return wanted === undefined ? undefined : Math.ceil(wanted / 1000);
}

function skewSeconds(session: Session, answer: Answer): number | undefined {
  const server = Date.parse(answer.date ?? "");
  return Number.isNaN(server) ? undefined : Math.round((now(session).getTime() - server) / 1000);
}

/** Tolerates a few seconds for the rounding of the Date header and the transfer. */
function isSkewed(seconds: number | undefined): boolean {
  return seconds !== undefined && Math.abs(seconds) >= ALLOWED_SKEW_SECONDS - 5;
}

function now(session: Session): Date {
  return session.options.now ? session.options.now() : new Date();
}
