import { createHash } from "node:crypto";
import { callAsAdmin } from "./chef-admin";
import type { ChefServer } from "./goiardi";

/** The cookbooks in the staging run lists. They are small ones of the lab's own, so that a genuine client really converges. */
const COOKBOOKS: Readonly<Record<string, string>> = {
  base: 'directory "/etc/lab"\n\nfile "/etc/lab/base" do\n  content "base\\n"\n  mode "0644"\nend\n',
  web: 'directory "/etc/lab"\n\nfile "/etc/lab/web" do\n  content "web\\n"\n  mode "0644"\nend\n',
};
const VERSION = "1.0.0";

/** Uploads them as knife does: each file by its checksum into a sandbox, then the cookbook that refers to the checksums. */
export async function uploadCookbooks(chef: ChefServer): Promise<void> {
  for (const [name, recipe] of Object.entries(COOKBOOKS)) {
    const files = { "recipes/default.rb": recipe, "metadata.json": JSON.stringify({ name, version: VERSION }) };
    await uploadFiles(chef, Object.values(files));
    await callAsAdmin(chef, "PUT", `/cookbooks/${name}/${VERSION}`, JSON.stringify(cookbook(name, files)));
  }
}

async function uploadFiles(chef: ChefServer, texts: readonly string[]): Promise<void> {
  const checksums = Object.fromEntries(texts.map((text) => [checksum(text), null]));
  const sandbox = (await callAsAdmin(chef, "POST", "/sandboxes", JSON.stringify({ checksums }))) as Sandbox;
  for (const text of texts) {
    const place = sandbox.checksums[checksum(text)];
    if (place?.needs_upload) await callAsAdmin(chef, "PUT", new URL(place.url).pathname, text);
  }
  await callAsAdmin(chef, "PUT", `/sandboxes/${sandbox.sandbox_id}`, JSON.stringify({ is_completed: true }));
}

interface Sandbox {
  readonly sandbox_id: string;
  readonly checksums: Readonly<Record<string, { readonly url: string; readonly needs_upload: boolean }>>;
}

/** @see https://docs.chef.io/server/api_chef_server/#cookbooksnameversion */
function cookbook(name: string, files: Readonly<Record<"recipes/default.rb" | "metadata.json", string>>): object {
  const part = (path: keyof typeof files) => ({
    name: path.split("/").at(-1),
    path,
    checksum: checksum(files[path]),
    specificity: "default",
  });
  return {
    name: `${name}-${VERSION}`,
    cookbook_name: name,
    version: VERSION,
    json_class: "Chef::CookbookVersion",
    chef_type: "cookbook_version",
    "frozen?": false,
    metadata: { name, version: VERSION, dependencies: {}, platforms: {}, recipes: { [name]: "" } },
    recipes: [part("recipes/default.rb")],
    root_files: [part("metadata.json")],
    ...Object.fromEntries(EMPTY_SEGMENTS.map((segment) => [segment, []])),
  };
}

const EMPTY_SEGMENTS = ["attributes", "definitions", "files", "libraries", "providers", "resources", "templates"];

function checksum(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
