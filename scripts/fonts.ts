/** Subsets the page's typeface. `-- --check` writes nothing and fails if a file is stale. */
import { readFileSync, writeFileSync } from "node:fs"
import { cut, FONTS, pathOf } from "./web/fonts.ts"

let stale = false
for (const font of FONTS) {
  const bytes = await cut(font)
  if (!process.argv.includes("--check")) writeFileSync(pathOf(font), bytes)
  else if (!readFileSync(pathOf(font)).equals(bytes)) {
    console.log(`${font.file} is not current: run scripts/fonts.ts`)
    stale = true
  }
}
process.exit(stale ? 1 : 0)
