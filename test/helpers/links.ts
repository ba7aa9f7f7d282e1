import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Links of a folder's Markdown pages within that folder, and the dead ones among them. */
export interface Links {
  readonly followed: number;
  readonly dead: readonly string[];
}

/** Follows every relative link of these pages, including its heading. Links to other hosts are ignored. */
export function followLinks(root: string, pages: readonly string[]): Links {
  const links = pages.flatMap((page) => linksOf(root, page));
  return { followed: links.length, dead: links.flatMap((link) => problemOf(root, link)) };
}

/** Every Markdown page below a folder, except in node_modules and in hidden folders, where files may come and go meanwhile. */
export function markdownPages(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    if (entry.isDirectory()) return markdownPages(root, path);
    return path.endsWith(".md") ? [path] : [];
  });
}

interface Link {
  readonly page: string;
  readonly target: string;
}

function linksOf(root: string, page: string): Link[] {
  const text = withoutCode(readFileSync(join(root, page), "utf8"));
  const targets = [...text.matchAll(/\]\(\s*([^)\s]+)[^)]*\)|^\[[^\]]+\]:\s*(\S+)|(?:href|src)="([^"]+)"/gm)];
  return targets
    .map(([, inline, reference, html]) => (inline ?? reference ?? html) as string)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({ page, target }));
}

function problemOf(root: string, { page, target }: Link): string[] {
  const [path = "", heading] = target.split("#");
  const file = path === "" ? page : normalize(join(dirname(page), path));
  const shown = `${page} -> ${target}`;
  if (file.startsWith("..")) return [`${shown} leads out of the package`];
  if (!existsSync(join(root, file))) return [`${shown} is not there`];
  if (heading === undefined) return [];
  if (statSync(join(root, file)).isDirectory() || !file.endsWith(".md")) return [`${shown} names a heading of no page`];
  return headingsOf(join(root, file)).includes(heading) ? [] : [`${shown} names no heading there`];
}

/** The anchors of headings as GitHub and npm create them: lower case, no punctuation, hyphens for blanks. */
function headingsOf(file: string): string[] {
  const headings = withoutCode(readFileSync(file, "utf8")).matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, text = ""]) =>
    text
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, (code) => (/[[\]()]/.test(code) ? "" : code));
}
