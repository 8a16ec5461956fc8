/** What the rules made of the conformance kit when the study of fairness was played: a test can tell an outdated study without repeating it. */
import { readFileSync } from "node:fs"
import type { Report } from "../lab/simulation/report/Report.ts"
import { behaviour } from "../test/support/conformance/kit.ts"

/** A short hash of each case's outcome, by its name; `although`: why a study stands although outcomes changed since it was played. */
export interface Golden {
  readonly although: ReadonlyArray<string>
  readonly outcomes: Readonly<Record<string, string>>
}

const isGolden = (value: unknown): value is Golden =>
  typeof value === "object" && value !== null && "outcomes" in value && "although" in value

/** What was made of the kit then, from docs/fairness/golden.json. Throws where it is none. */
export const goldenIn = (file: string): Golden => {
  const read: unknown = JSON.parse(readFileSync(file, "utf8"))
  if (!isGolden(read)) throw new Error(`${file} has no outcomes`)
  return read
}

/** The cases that the rules judge otherwise today, or that the kit has no more. Cases that are new are none of them. */
export const changedSince = ({ outcomes }: Golden, today = behaviour()): ReadonlyArray<string> =>
  Object.entries(outcomes).flatMap(([name, outcome]) => (today[name] === outcome ? [] : [name]))

const isReport = (value: unknown): value is Report =>
  typeof value === "object" && value !== null && "sections" in value && Array.isArray(value.sections)

/** A study that was written to a file. Throws where it is none. */
export const reportIn = (file: string): Report => {
  const read: unknown = JSON.parse(readFileSync(file, "utf8"))
  if (!isReport(read)) throw new Error(`${file} is no report`)
  return read
}
