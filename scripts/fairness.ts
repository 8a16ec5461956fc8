/**
 * `npm run fairness`: do today's rules judge every case of the conformance kit as when the study in docs/fairness.md was played? It fails, and names
 * the cases, if not. npm run fairness -- --unchanged [--although WHY]: records today's outcomes, those of new cases among them. Where an outcome
 * has changed, it needs WHY no figure of the study can differ for it, which docs/fairness/golden.json shows.
 */
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { behaviour } from "../test/support/conformance/kit.ts"
import { changedSince, GOLDEN, golden } from "./fairnessRules.ts"

const { although, unchanged } = parseArgs({
  options: { unchanged: { type: "boolean", default: false }, although: { type: "string" } }
}).values
const outcomes = behaviour()
const changed = changedSince(golden, outcomes)
if (changed.length > 0 && !(unchanged && although !== undefined)) {
  console.error(
    `the rules judge ${changed.length} cases otherwise than when the study was played: say with --unchanged --although why no figure differs, or in docs/fairness.md which figures are past${changed
      .slice(0, 20)
      .map((name) => `\n  ${name}`)
      .join("")}`
  )
  process.exit(1)
}
if (unchanged) {
  const reasons = [...golden.although, ...(changed.length > 0 && although !== undefined ? [although] : [])]
  writeFileSync(GOLDEN, `${JSON.stringify({ although: reasons, outcomes }, null, 1)}\n`)
}
console.log(`${Object.keys(outcomes).length} cases, ${changed.length} with another outcome`)
