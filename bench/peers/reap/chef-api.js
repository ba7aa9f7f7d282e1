const { readFileSync } = require("node:fs");
const { promisify } = require("node:util");

/**
 * Removes instances one after the other with npm's chef-api: after a search for the instance id, or only with the deletions.
 * Standard input: {url, keyFile, group, search, ids}; standard output: {seconds}.
 */
async function main() {
  const { url, keyFile, group, search, ids } = JSON.parse(readFileSync(0, "utf8"));
  const chef = require("chef-api")();
  chef.config({ user_name: "admin", key: readFileSync(keyFile), url });
  const call = (name, ...given) => promisify(chef[name].bind(chef))(...given);
  const started = performance.now();
  for (const id of ids) {
    const name = search
      ? (await call("search", "node", { q: `ec2_instance_id:${id}` })).rows[0].name
      : `${group}-${id}`;
    await call("deleteNode", name);
    await call("deleteClient", name);
  }
  console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000 }));
  process.exit(0);
}

void main();
