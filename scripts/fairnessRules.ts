/** The conformance kit's outcomes when the fairness study was played, by which a test detects an outdated study. */
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { behaviour } from "../test/support/conformance/kit.ts"

/** A short hash of each case's outcome, by the case's name; `although`: why the study is still valid although outcomes changed since. */
const Golden = Schema.Struct({
  although: Schema.Array(Schema.String),
  outcomes: Schema.Record({ key: Schema.String, value: Schema.String })
})

export const GOLDEN = new URL("../docs/fairness/golden.json", import.meta.url)

export const golden = Schema.decodeUnknownSync(Schema.parseJson(Golden))(readFileSync(GOLDEN, "utf8"))

/** The cases whose outcome has changed, or that the kit no longer has. New cases do not count. */
export const changedSince = ({ outcomes }: typeof Golden.Type, today = behaviour()): ReadonlyArray<string> =>
  Object.entries(outcomes).flatMap(([name, outcome]) => (today[name] === outcome ? [] : [name]))
