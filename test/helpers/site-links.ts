import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { Links } from "./links";

/** Follows every link to a page, anchor, picture, style sheet or script in a built site's pages. Other hosts are ignored. */
export function followSiteLinks(root: string): Links {
  const pages = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
  const texts = new Map(pages.map((page) => [page, readFileSync(join(root, page), "utf8")]));
  const anchors = new Map([...texts].map(([page, text]) => [page, new Set(valuesOf(text, /\bid="([^"]+)"/g))]));
  const links = pages.flatMap((page) =>
    valuesOf(texts.get(page) as string, /\b(?:href|src)="([^"]*)"/g)
      .filter((target) => !/^(https?|data):/.test(target))
      .map((target) => ({ page, target })),
  );
  const dead = links.filter(({ page, target }) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (!existsSync(join(root, file)) || statSync(join(root, file)).isDirectory()) return true;
    return Boolean(anchor) && anchors.has(file) && !anchors.get(file)?.has(decodeURIComponent(anchor as string));
  });
  return { followed: links.length, dead: [...new Set(dead.map(({ page, target }) => `${page} -> ${target}`))] };
}

function valuesOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, value = ""]) => value.replaceAll("&amp;", "&"));
}
