import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

const POLL_MS = 100;

/** Passes on what is appended to a file, as it arrives; `end` passes on the rest and stops, once. */
export function follow(path: string, write: (text: string) => void): { end(): void } {
  const fd = openSync(path, "r");
  const buffer = Buffer.alloc(64 * 1024);
  const decoder = new StringDecoder("utf8");
  const passOn = () => {
    for (let bytes = readSync(fd, buffer); bytes > 0; bytes = readSync(fd, buffer)) {
      write(decoder.write(buffer.subarray(0, bytes)));
    }
  };
  const timer = setInterval(passOn, POLL_MS);
  let ended = false;
  return {
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      passOn();
      closeSync(fd);
    },
  };
}
