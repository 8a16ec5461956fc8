/** The rules that the study of fairness plays, as one hash in docs/fairness.md: a test can tell an outdated study without repeating it. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Report } from "../lab/simulation/report/Report.ts"

const root = resolve(import.meta.dirname, "..")
const FOLDERS = ["src/elo", "src/scoring/issue_competitions/rules", "src/consensus/rules", "lab/contract-model"]

const transpiler = new Bun.Transpiler({ loader: "ts" })

/** The hash of the rules' code, without its types and comments, which change no figure. */
export const rulesHash = (): string => {
  const hash = createHash("sha256")
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).toSorted())
      if (name.endsWith(".ts"))
        hash
          .update(`${folder}/${name}\0`)
          .update(transpiler.transformSync(readFileSync(join(root, folder, name), "utf8")))
          .update("\0")
  return hash.digest("hex")
}

const STAMP = /^<!-- rules: ([0-9a-f]{64}) -->\n/

/** The hash of the rules that a document's study played; undefined without one. */
export const playedRules = (document: string): string | undefined => STAMP.exec(document)?.[1]

export const stamped = (document: string, rules: string): string => `<!-- rules: ${rules} -->\n${document.replace(STAMP, "")}`

const isReport = (value: unknown): value is Report =>
  typeof value === "object" && value !== null && "sections" in value && Array.isArray(value.sections)

/** A study that was written to a file. Throws where it is none. */
export const reportIn = (file: string): Report => {
  const read: unknown = JSON.parse(readFileSync(file, "utf8"))
  if (!isReport(read)) throw new Error(`${file} is no report`)
  return read
}
