import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withRuleTable } from "./table";

/** Brings the table in docs/policy.md up to date: `node --import tsx policy/write-table.ts`. */
const page = join(__dirname, "..", "docs", "policy.md");
writeFileSync(page, withRuleTable(readFileSync(page, "utf8")));
