// Signs requests with npm's chef-api 0.6.0, which only supports version 1.0, in the folder that contains its node_modules.
// Standard input: {"key": PEM, "requests": [...]}; standard output: a JSON list with the headers of each request, null for other versions.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const { operations } = createRequire(join(process.cwd(), "package.json"))("chef-api/operations");
const { key, requests } = JSON.parse(readFileSync(0, "utf8"));

/** chef-api signs with the current time, so the clock returns the request's time. */
function signedAt(timestamp, sign) {
  const realDate = globalThis.Date;
  globalThis.Date = class extends realDate {
    constructor() {
      super(timestamp);
    }
  };
  try {
    return sign();
  } finally {
    globalThis.Date = realDate;
  }
}

function headersOf({ method, path, body, userId, timestamp, version }) {
  if (version !== "1.0") return null;
  let headers = null;
  const keep = (signed) => {
    headers = signed;
  };
  const document = body === "" ? null : JSON.parse(body);
  const oracle = operations({ name: userId, key_contents: key });
  signedAt(timestamp, () => oracle.sign(`http://chef.example${path}`, document, method, keep));
  return headers;
}

console.log(JSON.stringify(requests.map(headersOf)));
