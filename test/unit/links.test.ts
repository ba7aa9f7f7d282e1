import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";
import { followLinks, markdownPages } from "../helpers/links";

/** The parameters in SSM Parameter Store that the pages use for keys. */
const KEYS = ["/chef/operator.pem", "/chef/validator.pem"];

describe("the pages of this repository", () => {
  it("have no dead links", () => {
    const pages = markdownPages(projectRoot).filter((page) => !page.startsWith("dist/"));
    assert.ok(pages.length > 20, `${pages.length} pages`);
    const { followed, dead } = followLinks(projectRoot, pages);
    assert.ok(followed > 60, `${followed} links followed`);
    assert.deepEqual(dead, []);
  });

  it("use one name for each key", () => {
    const pages = markdownPages(projectRoot).filter((page) => !page.startsWith("dist/"));
    const named = pages.flatMap((page) => [
      ...readFileSync(join(projectRoot, page), "utf8").matchAll(/(?<![\w./])\/chef\/[\w.-]+/g),
    ]);
    assert.deepEqual([...new Set(named.map(String))].sort(), KEYS);
  });

  it("name only existing tests and files, and docs/security.md names one for each threat", () => {
    const security = readFileSync(join(projectRoot, "docs/security.md"), "utf8");
    const pages = markdownPages(projectRoot).filter((page) => !page.startsWith("dist/"));
    const named = pages.flatMap((page) => [
      ...readFileSync(join(projectRoot, page), "utf8").matchAll(/`((?:test|lab|bench)\/[\w/-]+\.(?:test\.)?ts)`/g),
    ]);
    assert.deepEqual(
      named.map(([, path = ""]) => path).filter((path) => !existsSync(join(projectRoot, path))),
      [],
    );
    const rows = security.split("\n").filter((line) => line.startsWith("| ") && !/^\| (threat|---)/.test(line));
    assert.ok(rows.length > 15, `${rows.length} threats`);
    assert.deepEqual(
      rows.filter((row) => !/`(test|lab)\/[^|]*\|$|\]\(.*\) \|$/.test(row)),
      [],
    );
  });

  it("would fail with a dead link", () => {
    const root = mkdtempSync(join(tmpdir(), "links-"));
    mkdirSync(join(root, "docs"));
    writeFileSync(join(root, "README.md"), "[a](docs/a.md#what-it-does) [b](b.md) [c](docs/a.md#gone) [d](docs#x)");
    writeFileSync(join(root, "docs/a.md"), '# What *it* does\n[up](../../x.md) [web](https://x.y)\n<img src="no.svg">');
    const { followed, dead } = followLinks(root, markdownPages(root).sort());
    rmSync(root, { recursive: true });
    assert.equal(followed, 6);
    assert.deepEqual(dead, [
      "README.md -> b.md is not there",
      "README.md -> docs/a.md#gone names no heading there",
      "README.md -> docs#x names a heading of no page",
      "docs/a.md -> ../../x.md leads out of the package",
      "docs/a.md -> no.svg is not there",
    ]);
  });
});
