import { constants, createHash, type KeyObject, privateEncrypt, sign } from "node:crypto";

/**
 * Versions of Chef's request signing. 1.3 is RSA with SHA-256 (Chef Infra Server 12.4 and later); 1.1 and 1.0 use SHA-1.
 *
 * @see https://docs.chef.io/server/api_chef_server/#authentication-headers
 */
export type SigningVersion = "1.3" | "1.1" | "1.0";

/** What a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path with the organization, without the query. */
  readonly path: string;
  readonly body: string;
  /** Name of the client or user whose key signs. */
  readonly userId: string;
  readonly key: KeyObject;
  readonly version: SigningVersion;
  readonly timestamp: Date;
  readonly serverApiVersion: string;
}

const CHUNK = 60;

/**
 * The headers that authenticate a request. The RSA operation of 1.3 runs in Node's thread pool, on several cores; for 1.1 and 1.0 Node has
 * no such function, so each blocks the event loop for some tenths of a millisecond.
 */
export async function signedHeaders(request: SignedRequest): Promise<Record<string, string>> {
  const algorithm = request.version === "1.3" ? "sha256" : "sha1";
  const contentHash = hash(algorithm, request.body);
  const timestamp = withoutMilliseconds(request.timestamp);
  const signature = await signatureOf(request, contentHash, timestamp);
  return {
    "X-Ops-Sign": `algorithm=${algorithm};version=${request.version};`,
    "X-Ops-Userid": request.userId,
    "X-Ops-Timestamp": timestamp,
    "X-Ops-Content-Hash": contentHash,
    "X-Ops-Server-API-Version": request.serverApiVersion,
    ...inChunks(signature),
  };
}

/** A path in the form that both sides hash: single slashes, none at the end. */
export function canonicalPath(path: string): string {
  const single = path.replace(/\/+/g, "/");
  return single.length > 1 ? single.replace(/\/$/, "") : single;
}

function signatureOf(request: SignedRequest, contentHash: string, timestamp: string): Promise<string> {
  if (request.version === "1.3") {
    return rsaSha256(textOf13(request, contentHash, timestamp), request.key);
  }
  const text = Buffer.from(textOf10(request, contentHash, timestamp));
  const encrypted = privateEncrypt({ key: request.key, padding: constants.RSA_PKCS1_PADDING }, text);
  return Promise.resolve(encrypted.toString("base64"));
}

function textOf13(request: SignedRequest, contentHash: string, timestamp: string): string {
  return [
    `Method:${request.method}`,
    `Path:${canonicalPath(request.path)}`,
    `X-Ops-Content-Hash:${contentHash}`,
    "X-Ops-Sign:version=1.3",
    `X-Ops-Timestamp:${timestamp}`,
    `X-Ops-UserId:${request.userId}`,
    `X-Ops-Server-API-Version:${request.serverApiVersion}`,
  ].join("\n");
}

/** 1.1 differs from 1.0 in hashing the user's name, so its length is not limited by the key's size. */
function textOf10(request: SignedRequest, contentHash: string, timestamp: string): string {
  return [
    `Method:${request.method}`,
    `Hashed Path:${hash("sha1", canonicalPath(request.path))}`,
    `X-Ops-Content-Hash:${contentHash}`,
    `X-Ops-Timestamp:${timestamp}`,
    `X-Ops-UserId:${request.version === "1.1" ? hash("sha1", request.userId) : request.userId}`,
  ].join("\n");
}

function rsaSha256(text: string, key: KeyObject): Promise<string> {
  return new Promise((resolve, reject) => {
    sign("sha256", Buffer.from(text), key, (error, signature) =>
      error ? reject(error) : resolve(signature.toString("base64")),
    );
  });
}

function inChunks(signature: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let start = 0, number = 1; start < signature.length; start += CHUNK, number++) {
    headers[`X-Ops-Authorization-${number}`] = signature.slice(start, start + CHUNK);
  }
  return headers;
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest("base64");
}

function withoutMilliseconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}
