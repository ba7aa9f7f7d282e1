import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, DocumentReflection, KindRouter, type Reflection, type TypeDocOptions } from "typedoc";
import { withSourceLinks, writeSourcePage } from "./source-page.mjs";
import { type Page, pagesFrom, stagePages } from "./stage.mjs";

/** `npm run site [FOLDER]`: manual and API reference as one static site, which needs no server and no network. */
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What `exports` of package.json lets in, as a user imports it. */
const ENTRY_POINTS = [
  "components/index.ts",
  "components/testing/mocks.ts",
  "policy/rules/index.ts",
  "reaper/index.ts",
  "reaper/worker/run-worker.ts",
];

function optionsFor(stage: string, pages: readonly Page[], out: string): TypeDocOptions {
  return {
    name: "pulumi-chef-autoscaling",
    entryPoints: ENTRY_POINTS.map((path) => join(ROOT, path)),
    tsconfig: join(ROOT, "docs/site/tsconfig.json"),
    skipErrorChecking: true,
    readme: join(stage, "README.md"),
    projectDocuments: pages.filter(({ path }) => path !== "README.md").map(({ path }) => join(stage, path)),
    out,
    router: "site",
    disableGit: true,
    displayBasePath: ROOT,
    basePath: stage,
    sourceLinkTemplate: "source:{path}#L{line}",
    excludeExternals: true,
    customJs: join(ROOT, "docs/site/open-manual.js"),
    customCss: join(ROOT, "docs/site/custom.css"),
    sort: ["source-order"],
    sortEntryPoints: false,
    groupOrder: ["Manual", "Examples", "Project", "Modules", "Classes", "Functions", "Interfaces", "Type Aliases", "*"],
    navigation: { includeGroups: true, includeCategories: false, includeFolders: false },
    // `cli.md` in a text is a file, and no address in Moldova
    markdownItLoader: (parser) => parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false }),
    searchInComments: true,
    searchInDocuments: true,
    // The table of what belongs to the components; docs/pass-through.md is made from it
    intentionallyNotExported: [
      "components/pass-through/pass-on.ts:OWNED",
      "components/group/instance-requirements.ts:PlainObject",
      "components/group/instance-requirements.ts:Own",
    ],
    treatWarningsAsErrors: true,
  };
}

async function build(out: string): Promise<void> {
  const cache = join(ROOT, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const stage = mkdtempSync(join(cache, "site-"));
  try {
    const pages = pagesFrom(ROOT);
    stagePages(ROOT, stage, pages);
    const app = await Application.bootstrap(optionsFor(stage, pages, out));
    app.renderer.defineRouter("site", siteRouter(new Map(pages.map(({ path, title }) => [title, path]))));
    const sources = new Set<string>();
    app.renderer.on("endPage", (page) => {
      page.contents = withSourceLinks(page.contents ?? "", page.url, sources);
    });
    const project = await app.convert();
    if (project === undefined) throw new Error("typedoc could not read the program");
    app.validate(project);
    await app.generateOutputs(project);
    if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("typedoc warned of what stands above");
    for (const path of sources) writeSourcePage(ROOT, out, path);
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** A page is called as its file: `documents/bake.html`. */
function siteRouter(paths: ReadonlyMap<string, string>): typeof KindRouter {
  return class SiteRouter extends KindRouter {
    protected override getIdealBaseName(reflection: Reflection): string {
      const path = reflection instanceof DocumentReflection ? paths.get(reflection.name) : undefined;
      if (path === undefined) return super.getIdealBaseName(reflection);
      const name = basename(path) === "README.md" ? basename(dirname(path)) : basename(path, ".md");
      return `documents/${name.toLowerCase()}`;
    }
  };
}

build(resolve(process.argv[2] ?? join(ROOT, "site"))).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
