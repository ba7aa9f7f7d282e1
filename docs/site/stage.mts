import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join, normalize } from "node:path";

/** A page of the manual, as the site takes it. */
export interface Page {
  /** Its path in the repository. */
  readonly path: string;
  /** Its first heading. */
  readonly title: string;
}

/** Its title is the site's own. */
const START = "README.md";

/**
 * Pages that are reached from the README, those of its manual first and in its order: the one index of them all.
 *
 * @throws naming a page of docs/ that the manual leaves out
 */
export function pagesFrom(root: string): Page[] {
  const text = (path: string) => readFileSync(join(root, path), "utf8");
  const linked = (page: string, part: string) => localLinks(part).map((target) => placeOf(root, page, target));
  const manual = linked(START, text(START).split(/^## Manual$/m)[1] ?? "");
  const missing = readdirSync(join(root, "docs"))
    .map((name) => `docs/${name}`)
    .filter((page) => page.endsWith(".md") && !manual.includes(page));
  if (missing.length > 0) throw new Error(`the README's manual leaves out ${missing.join(", ")}; give each a row`);
  const found = new Set([START, ...manual.filter(isPage)]);
  for (const page of found) for (const one of linked(page, text(page)).filter(isPage)) found.add(one);
  return [...found].map((path) => ({ path, title: titleOf(text(path), path) }));
}

function isPage(path: string): boolean {
  return path.endsWith(".md");
}

/** Copies pages and their pictures into a folder of its own. What they link to besides becomes `source:PATH`. */
export function stagePages(root: string, folder: string, pages: readonly Page[]): void {
  const staged = new Set(pages.map(({ path }) => path));
  const moved = (page: string) => (link: string, before: string, target: string, after: string) => {
    if (isOutward(target)) return link;
    const place = placeOf(root, page, target);
    if (staged.has(place))
      return target.endsWith(".md") || target.includes(".md#") ? link : `${before}${target}/README.md${after}`;
    if (!before.startsWith("!")) return `${before}source:${place}${after}`;
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    copyFileSync(join(root, place), join(folder, place));
    return link;
  };
  for (const page of pages) {
    const text = readFileSync(join(root, page.path), "utf8").replace(LINK, moved(page.path));
    mkdirSync(dirname(join(folder, page.path)), { recursive: true });
    writeFileSync(
      join(folder, page.path),
      `${page.path === START ? text.replace(/^# .*\n/, "") : frontMatter(page) + text}${programOf(root, page.path)}`,
    );
  }
}

const LINK = /(!?\[(?:[^[\]]|\[[^\]]*\])*\]\()([^)\s]+)(\))/g;

function localLinks(text: string): string[] {
  return [...text.matchAll(LINK)].map(([, , target = ""]) => target).filter((target) => !isOutward(target));
}

function isOutward(target: string): boolean {
  return /^([a-z]+:|#)/.test(target);
}

/** Where a link leads, from the root of the repository: to a folder's README where it has one, as on GitHub. */
function placeOf(root: string, page: string, target: string): string {
  const place = normalize(join(dirname(page), target.split("#")[0] ?? "")).replace(/\/$/, "");
  const readme = join(place, "README.md");
  return extname(place) === "" && existsSync(join(root, readme)) ? readme : place;
}

function titleOf(text: string, path: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? path;
}

function frontMatter({ path, title }: Page): string {
  const group = { docs: "Manual", examples: "Examples" }[path.split("/")[0] ?? ""] ?? "Project";
  return `---\ntitle: ${JSON.stringify(title)}\ngroup: ${group}\n---\n\n`;
}

/** The files of an example, below what its README says. */
function programOf(root: string, path: string): string {
  if (!path.startsWith("examples/")) return "";
  const folder = dirname(path);
  const files = readdirSync(join(root, folder)).filter((name) => /\.(ts|yaml)$|^package\.json$/.test(name));
  return files
    .map((name) => `\n## ${name}\n\n${fenced(name, readFileSync(join(root, folder, name), "utf8"))}`)
    .join("");
}

function fenced(name: string, text: string): string {
  return `\`\`\`${extname(name).slice(1)}\n${text.trimEnd()}\n\`\`\`\n`;
}
