/** Writes the table of the gate's checks in docs/reference/quality.md; `--check` only compares. */
import { readFileSync } from "node:fs"
import { checks } from "../src/rules/quality/checks.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const PATH = "docs/reference/quality.md"

const REJECTS = {
  always: "yes",
  never: "no, evidence",
  "in code": "outside of tests, examples and documents",
  "above the limit": "above the limit"
} as const

export const qualityDocument = () => {
  const text = readFileSync(new URL(`../${PATH}`, import.meta.url), "utf8")
  const table = [
    "| check | looks for | limit | rejects | why |",
    "|---|---|---|---|---|",
    ...Object.entries(checks).map(
      ([name, { looksFor, limit, rejects, why }]) => `| \`${name}\` | ${looksFor} | ${limit ?? ""} | ${REJECTS[rejects]} | ${why} |`
    )
  ].join("\n")
  return { text, wanted: withPart(text, "checks", table) }
}

if (import.meta.main) settle(PATH, qualityDocument().wanted)
