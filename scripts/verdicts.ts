/** Writes the cases into docs/verdicts.md. `--check` writes nothing and fails when the document differs. */
import { readFileSync, writeFileSync } from "node:fs"
import { withTables } from "../test/http/verdicts/document.ts"

const file = new URL("../docs/verdicts.md", import.meta.url)
const text = readFileSync(file, "utf8")
const wanted = withTables(text)
if (!process.argv.includes("--check")) writeFileSync(file, wanted)
else if (text !== wanted) {
  console.error("docs/verdicts.md does not list today's cases: run npm run generate and commit it")
  process.exitCode = 1
}
