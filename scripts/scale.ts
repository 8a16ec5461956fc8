/** Writes the tables of docs/scale.md from docs/scale.json, which `npm run bench -- scale` measures; `--check` only compares. */
import { readFileSync } from "node:fs"
import { scaleParts } from "../bench/scale/page.ts"
import { readFigures } from "../bench/scale/units.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const PATH = "docs/scale.md"

/** The document's text, and its text with the tables of today's figures. */
export const scaleDocument = () => {
  const text = readFileSync(new URL(`../${PATH}`, import.meta.url), "utf8")
  return { text, wanted: Object.entries(scaleParts(readFigures())).reduce((page, [name, content]) => withPart(page, name, content), text) }
}

if (import.meta.main) settle(PATH, scaleDocument().wanted)
