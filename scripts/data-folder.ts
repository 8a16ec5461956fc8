/** Writes the table of the data folder's files in docs/operate.md; `--check` only compares. */
import { readFileSync } from "node:fs"
import { dataFiles } from "../src/layers/storage/dataFolder/dataFolder.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const path = "docs/operate.md"
const table = [
  "| file | holds | if it is deleted |",
  "|---|---|---|",
  ...Object.values(dataFiles).map(({ name, holds, ifDeleted }) => `| \`${name}\` | ${holds} | ${ifDeleted} |`)
].join("\n")
settle(path, withPart(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), "data folder", table))
