import type { IncomingMessage } from "node:http";
import { documentOf, LARGE_ANSWER, type Lane } from "./large-answers";

/** One whole answer. */
export interface Answer {
  readonly status: number;
  /** The server's Date header. */
  readonly date?: string;
  /** Its Retry-After header. */
  readonly retryAfter?: string;
  /** All of it; only how it begins where `onText` took it, where it is large, and where a refusal is longer than anybody reads. */
  readonly text: string;
  /** The JSON document of a success, as far as it is kept, see `documentOf`. Undefined where there is none. */
  readonly document?: unknown;
}

/** Bytes that an answer may have: four times what a Chef server lets a node have, and little enough for a function's memory. */
const LARGEST_ANSWER = 8 * 1024 * 1024;
/** Bytes that are read of an answer which is none of the object asked for; what a server says went wrong is at its beginning. */
const LARGEST_REFUSAL = 64 * 1024;
/** Characters kept of an answer that was handed on, for messages. */
const LONGEST_BEGINNING = 1000;

/** Reads all of an answer; of large ones, one at a time. */
export function readWhole(response: IncomingMessage, lane: Lane): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { statusCode: status = 0, headers } = response;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let entered: ReturnType<Lane["enter"]> | undefined;
    const end = () => {
      try {
        const text = Buffer.concat(chunks.splice(0)).toString("utf8");
        const document = status < 300 ? documentOf(text) : undefined;
        resolve({ status, date: headers.date, retryAfter: headers["retry-after"], text: beginning(text), document });
      } catch (error) {
        reject(error);
      }
    };
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (status >= 400 && bytes > LARGEST_REFUSAL) {
        end();
        response.destroy();
      } else if (bytes > LARGEST_ANSWER) response.destroy(tooLarge());
      else if (bytes > LARGE_ANSWER && entered === undefined) {
        response.pause();
        entered = lane.enter();
        void entered.turn.then(() => response.resume());
      }
    });
    response.once("error", reject);
    response.once("end", end);
    response.once("close", () => entered?.leave());
  });
}

/** The text, or a copy of how it begins where it is large. */
function beginning(text: string): string {
  return text.length <= LARGE_ANSWER ? text : Buffer.from(text.slice(0, LONGEST_BEGINNING)).toString();
}

/** Hands on what arrives, part by part, and keeps only the beginning. */
export function readOn(
  response: IncomingMessage,
  onText: (text: string) => void,
  alive: () => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let beginning = "";
    response.setEncoding("utf8");
    response.on("data", (text: string) => {
      alive();
      beginning ||= text.slice(0, LONGEST_BEGINNING);
      onText(text);
    });
    response.once("error", reject);
    response.once("end", () =>
      resolve({ status: response.statusCode ?? 0, date: response.headers.date, text: beginning }),
    );
  });
}

function tooLarge(): Error {
  return Object.assign(new Error(`the answer is longer than ${LARGEST_ANSWER} bytes`), { code: "EMSGSIZE" });
}
