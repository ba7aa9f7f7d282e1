import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

/** A code block of a page. */
export interface Snippet {
  /** Page and line, as an editor opens it. */
  readonly place: string;
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

/** The code blocks of docs/*.md in these languages. */
export function snippetsOfPages(...languages: readonly string[]): Snippet[] {
  const pages = readdirSync(join(projectRoot, "docs")).filter((name) => name.endsWith(".md"));
  return pages.flatMap((page) => {
    const text = readFileSync(join(projectRoot, "docs", page), "utf8");
    return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```/gm)].flatMap((match) => {
      const [, indent = "", language = "", code = ""] = match;
      if (!languages.includes(language)) return [];
      const line = text.slice(0, match.index).split("\n").length;
      return [{ place: `docs/${page}:${line}`, page, language, code: code.replaceAll(`\n${indent}`, "\n").trim() }];
    });
  });
}
