import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where the page of a source is, from the root of the site. */
function sourceUrl(path: string): string {
  return `source/${path}.html`;
}

/**
 * Turns links to `source:PATH` of a page that lies in `url` into links to the source's page; a link to a folder
 * names its page, because a static site has no server that would find it.
 */
export function withSourceLinks(html: string, url: string, seen: Set<string>): string {
  const up = "../".repeat(url.split("/").length - 1);
  const named = html.replace(/href="((?:\.\.\/)+)(?=[#"])/g, 'href="$1index.html');
  return named.replace(/href="source:([^"#]+)(#[^"]*)?"/g, (_, path: string, line = "") => {
    seen.add(path);
    return `href="${up}${sourceUrl(path)}${line}"`;
  });
}

/** A page that shows a file with its lines numbered, or what a folder holds. */
export function writeSourcePage(root: string, out: string, path: string): void {
  const file = join(out, sourceUrl(path));
  if (!existsSync(join(root, path))) throw new Error(`a page links to '${path}', which is not there`);
  mkdirSync(dirname(file), { recursive: true });
  const isFolder = statSync(join(root, path)).isDirectory();
  writeFileSync(file, page(path, isFolder ? listing(root, path) : lines(readFileSync(join(root, path), "utf8"))));
}

function page(path: string, content: string): string {
  const up = "../".repeat(path.split("/").length);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(path)} | pulumi-chef-autoscaling</title>
<link rel="stylesheet" href="${up}assets/style.css">
<link rel="stylesheet" href="${up}assets/custom.css">
<script>document.documentElement.dataset.theme = localStorage.getItem("tsd-theme") || "os"</script>
<body class="source">
<header><a href="${up}index.html">pulumi-chef-autoscaling</a> / ${escapeText(path)}</header>
<main>${content}</main>
</body>
</html>
`;
}

function lines(text: string): string {
  const numbered = text
    .trimEnd()
    .split("\n")
    .map((line, index) => `<li id="L${index + 1}">${escapeText(line)}</li>`);
  return `<pre tabindex="0"><ol>${numbered.join("")}</ol></pre>`;
}

function listing(root: string, path: string): string {
  return `<ul>${readdirSync(join(root, path))
    .map((name) => `<li>${escapeText(name)}</li>`)
    .join("")}</ul>`;
}

function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
