import { isRecord, type JsonRecord } from "../common/json";
import type { Answer } from "./answer";
import { type ChefFailure, chefError } from "./chef-error";
import type { ChefConnectionOptions } from "./connection-options";
import { errorOf, serverMessage } from "./failure";
import { createMemberNames } from "./member-names";
import { checkedClientName, checkedNodeName } from "./names";
import { type ChefRequest, createRequester, type Requester } from "./requester";

/** Result of a deletion, confirmed by the server in both cases. */
export type Deletion = "deleted" | "absent";

/**
 * A node on the Chef server. The code uses its name, `automatic.ohai_time` and the strings in `automatic.ec2`; of a node above 64 KB, other
 * lists and objects are dropped, because many nodes are read at the same time.
 */
export interface ChefNode extends JsonRecord {
  readonly name: string;
}

/** An API client of the Chef server. */
export interface ChefClientRecord extends JsonRecord {
  readonly name: string;
}

/** A client to create. */
export interface NewClient {
  readonly name: string;
  /** Public key, PEM. */
  readonly publicKey: string;
}

/** Response of a search; `total` is the size of the page on some servers, so a full page may be followed by another one. */
export interface SearchPage {
  readonly total: number;
  readonly start: number;
  readonly rows: readonly JsonRecord[];
}

export interface SearchOptions {
  /** First row. @default 0 */
  readonly start?: number;
  /** Rows per page. @default 1000 */
  readonly rows?: number;
}

/** The part of the Chef server API that groups need. Every function throws a ChefError if the server did not confirm. */
export interface ChefClient {
  /** The node, or undefined if it does not exist. */
  getNode(name: string): Promise<ChefNode | undefined>;
  listNodes(): Promise<string[]>;
  /**
   * Calls `visit` with each node's name, without holding the whole list in memory.
   *
   * @param visit must copy the name if it keeps it
   */
  visitNodes(visit: (name: string) => void): Promise<void>;
  createNode(node: ChefNode): Promise<void>;
  deleteNode(name: string): Promise<Deletion>;
  /** The client, or undefined if it does not exist. */
  getClient(name: string): Promise<ChefClientRecord | undefined>;
  listClients(): Promise<string[]>;
  /** Like visitNodes, for clients. */
  visitClients(visit: (name: string) => void): Promise<void>;
  createClient(client: NewClient): Promise<void>;
  deleteClient(name: string): Promise<Deletion>;
  search(index: "node" | "client", query: string, options?: SearchOptions): Promise<SearchPage>;
  /** Closes the keep-alive connections. */
  close(): void;
}

/**
 * A client of one Chef server. It uses only functions, without state outside the closure, because a Pulumi dynamic provider captures this
 * code.
 *
 * @throws if the server URL or the key cannot be used
 */
export function createChefClient(options: ChefConnectionOptions): ChefClient {
  const requester = createRequester(options);
  return {
    getNode: async (name) => found(requester, "/nodes", checkedNodeName(name)),
    listNodes: () => list(requester, "/nodes"),
    visitNodes: (visit) => visitList(requester, "/nodes", visit),
    createNode: async (node) => create(requester, "/nodes", checkedNodeName(node.name), node),
    deleteNode: async (name) => remove(requester, "/nodes", checkedNodeName(name)),
    getClient: async (name) => found(requester, "/clients", checkedClientName(name)),
    listClients: () => list(requester, "/clients"),
    visitClients: (visit) => visitList(requester, "/clients", visit),
    createClient: async ({ name, publicKey }) =>
      create(requester, "/clients", checkedClientName(name), { name, admin: false, public_key: publicKey }),
    deleteClient: async (name) => remove(requester, "/clients", checkedClientName(name)),
    search: (index, query, page) => search(requester, index, query, page ?? {}),
    close: () => requester.close(),
  };
}

interface Named extends JsonRecord {
  readonly name: string;
}

async function found(requester: Requester, kind: string, name: string): Promise<Named | undefined> {
  const request: ChefRequest = { method: "GET", path: `${kind}/${name}` };
  const answer = await requester.send(request);
  return answer.status === 404 ? absent(requester, request, answer, name) : named(requester, request, answer, name);
}

async function remove(requester: Requester, kind: string, name: string): Promise<Deletion> {
  const request: ChefRequest = { method: "DELETE", path: `${kind}/${name}` };
  const answer = await requester.send(request);
  if (answer.status === 404) {
    absent(requester, request, answer, name);
    return "absent";
  }
  named(requester, request, answer, name);
  return "deleted";
}

async function create(requester: Requester, path: string, name: string, body: unknown): Promise<void> {
  const request: ChefRequest = { method: "POST", path, body };
  const answer = await requester.send(request);
  const { document } = answer;
  const uri = isRecord(document) ? document.uri : undefined;
  if (answer.status !== 201 || typeof uri !== "string" || !uri.endsWith(`/${name}`)) {
    throw malformed(requester, request, answer);
  }
}

async function list(requester: Requester, path: string): Promise<string[]> {
  const names: string[] = [];
  await visitList(requester, path, (name) => names.push(name));
  return names;
}

async function visitList(requester: Requester, path: string, visit: (name: string) => void): Promise<void> {
  const names = createMemberNames(visit);
  const request: ChefRequest = { method: "GET", path, onText: names.read };
  const answer = await requester.send(request);
  if (answer.status !== 200 || !names.isWhole()) {
    throw malformed(requester, request, answer);
  }
}

async function search(requester: Requester, index: string, query: string, page: SearchOptions): Promise<SearchPage> {
  const parameters = new URLSearchParams({ q: query, start: `${page.start ?? 0}`, rows: `${page.rows ?? 1000}` });
  const request: ChefRequest = { method: "GET", path: `/search/${index}`, query: parameters.toString() };
  const answer = await requester.send(request);
  const { document } = answer;
  if (answer.status !== 200 || !isRecord(document)) {
    throw malformed(requester, request, answer);
  }
  const { total, start, rows } = document;
  if (typeof total !== "number" || typeof start !== "number" || !Array.isArray(rows) || !rows.every(isRecord)) {
    throw malformed(requester, request, answer);
  }
  return { total, start, rows };
}

/**
 * A success counts only if it is a 200, as Chef's server answers, whose document names the object and no error: servers answer unknown
 * paths with an empty 200, and proxies with other successes.
 *
 * @see https://github.com/chef/chef-server/blob/main/oc-chef-pedant/lib/pedant/rspec/node_util.rb
 */
function named(requester: Requester, request: ChefRequest, answer: Answer, name: string): Named {
  const { status, document } = answer;
  const isIt = isRecord(document) && (document.name === name || document.clientname === name);
  if (status === 200 && isIt && document.error === undefined) {
    return { ...document, name };
  }
  throw malformed(requester, request, answer);
}

/**
 * A 404 proves that an object is absent only if the server says what it did not find; a 404 from a proxy or for a wrong organization proves
 * nothing.
 */
function absent(requester: Requester, request: ChefRequest, answer: Answer, name: string): undefined {
  const namesIt = new RegExp(`(?<![\\w-])${name.replaceAll(".", "\\.")}(?![\\w-])`);
  if (namesIt.test(errorOf(answer.text) ?? "")) return undefined;
  throw malformed(requester, request, answer);
}

function malformed(requester: Requester, request: ChefRequest, answer: Answer): Error {
  const failure: ChefFailure = {
    kind: "malformed",
    method: request.method,
    path: requester.fullPath(request),
    status: answer.status,
    serverMessage: serverMessage(answer.text),
  };
  return chefError(failure);
}
