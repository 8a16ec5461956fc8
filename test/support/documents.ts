/** The documents of this repository, by path. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { root } from "./sources.ts"

const markdownIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith(".md") ? [`${folder}/${name}`] : []))

export const documents: ReadonlyArray<string> = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "contracts/README.md",
  ...["docs", "docs/reference", "docs/decisions"].flatMap(markdownIn)
]
