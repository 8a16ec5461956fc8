/** The conformance kit's outcomes when the fairness study was made, by which a test detects an outdated study without repeating it. */
import { readFileSync } from "node:fs"
import type { Report } from "../lab/simulation/report/Report.ts"
import { behaviour } from "../test/support/conformance/kit.ts"

/** A short hash of each case's outcome, by the case's name; `although`: why the study is still valid although outcomes changed since. */
export interface Golden {
  readonly although: ReadonlyArray<string>
  readonly outcomes: Readonly<Record<string, string>>
}

const isGolden = (value: unknown): value is Golden =>
  typeof value === "object" && value !== null && "outcomes" in value && "although" in value

/** The recorded outcomes in docs/fairness/golden.json. Throws if the file has none. */
export const goldenIn = (file: string): Golden => {
  const read: unknown = JSON.parse(readFileSync(file, "utf8"))
  if (!isGolden(read)) throw new Error(`${file} has no outcomes`)
  return read
}

/** The cases whose outcome has changed, or that the kit no longer has. New cases do not count. */
export const changedSince = ({ outcomes }: Golden, today = behaviour()): ReadonlyArray<string> =>
  Object.entries(outcomes).flatMap(([name, outcome]) => (today[name] === outcome ? [] : [name]))

const isReport = (value: unknown): value is Report =>
  typeof value === "object" && value !== null && "sections" in value && Array.isArray(value.sections)

/** A study's report from a file. Throws if the file has none. */
export const reportIn = (file: string): Report => {
  const read: unknown = JSON.parse(readFileSync(file, "utf8"))
  if (!isReport(read)) throw new Error(`${file} is no report`)
  return read
}
