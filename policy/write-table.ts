import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTables } from "./table";

/** Updates the tables in docs/policy.md: `npm run docs`. */
const page = join(__dirname, "..", "docs", "policy.md");
writeFileSync(page, withTables(readFileSync(page, "utf8")));
