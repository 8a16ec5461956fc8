/**
 * Writes src/contract-client/generated.ts, cells.generated.ts and artifact.generated.json from the contract's built file.
 * `--check` writes nothing and fails when what is there differs.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { Artifact } from "./contract-client/metadata.ts"
import { render } from "./contract-client/render.ts"
import { renderCells } from "./contract-client/renderCells.ts"

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url))

const artifactText = readFileSync(path("contracts/issue-bounties/artifact/issue_bounties.contract"), "utf8")
const artifact = Schema.decodeUnknownSync(Schema.parseJson(Artifact))(artifactText)
const files = new Map([
  ["src/contract-client/generated.ts", render(artifact)],
  ["src/contract-client/cells.generated.ts", renderCells(artifact)],
  ["src/contract-client/artifact.generated.json", artifactText]
])

const read = (file: string): string | null => {
  try {
    return readFileSync(path(file), "utf8")
  } catch {
    return null
  }
}

const stale = [...files].filter(([file, text]) => read(file) !== text)
if (process.argv.includes("--check")) {
  for (const [file] of stale) console.error(`${file} does not match the contract's bundle: run npm run generate and commit it`)
  if (stale.length === 0) console.log("the contract's client matches its bundle")
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const [file, text] of stale) writeFileSync(path(file), text)
  console.log(stale.length === 0 ? "nothing to write" : `wrote ${stale.map(([file]) => file).join(", ")}`)
}
