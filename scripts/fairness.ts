/**
 * `npm run fairness`: generates docs/fairness.md with its plots from the simulation.
 * usage: npm run fairness -- [--seed N] [--rounds N] [--only NAME]… : --only renews these sections and takes the others from the last report
 * npm run fairness -- --unchanged [--although WHY]: simulates nothing; writes the pages from the last report after a change of their words. It fails
 * where a case of the conformance kit has another outcome than when the study was made, unless WHY says why no figure can differ for it. WHY is
 * stored in docs/fairness/golden.json.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { fairnessPages } from "../lab/simulation/report/fairnessPage.ts"
import { keepsBound, reportOf } from "../lab/simulation/report/Report.ts"
import { allScenarios } from "../lab/simulation/scenarios/all.ts"
import { playAll } from "../lab/simulation/workers/playAll.ts"
import { behaviour } from "../test/support/conformance/kit.ts"
import { changedSince, goldenIn, reportIn } from "./fairnessRules.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "10000" },
    only: { type: "string", multiple: true },
    with: { type: "string", multiple: true },
    folder: { type: "string", default: "docs" },
    unchanged: { type: "boolean", default: false },
    although: { type: "string" }
  }
})
const { folder } = values
const [seed, rounds] = [Number(values.seed), Number(values.rounds)]
const settings = { rounds, miners: 64, validators: 9 }
const onProgress = (line: string) => void process.stderr.write(`${line}\n`)

const last = join(folder, "fairness/report.json")
const isPartial = values.unchanged || values.only !== undefined || values.with !== undefined
const known = [
  ...(values.with ?? []).flatMap((file) => reportIn(file).sections),
  ...(isPartial && existsSync(last) ? reportIn(last).sections : [])
]
const goldenFile = join(folder, "fairness/golden.json")
const outcomes = behaviour()
const before = isPartial && existsSync(goldenFile) ? goldenIn(goldenFile) : undefined
const changed = before === undefined ? [] : changedSince(before, outcomes)
if (values.unchanged && changed.length > 0 && values.although === undefined) {
  console.error(
    `the rules judge ${changed.length} cases otherwise than when the study was played: play it anew (npm run fairness), or say with --although why no figure differs${changed
      .slice(0, 20)
      .map((name) => `\n  ${name}`)
      .join("")}`
  )
  process.exit(1)
}
const isPlayed = ({ name }: (typeof allScenarios)[number]) => !isPartial || values.only?.includes(name) === true
const played = await Effect.runPromise(playAll(allScenarios.filter(isPlayed), { ...settings, seed }, onProgress))
const sections = allScenarios.flatMap(({ name }) => [...played, ...known].find((section) => section.name === name) ?? [])
const report = values.unchanged ? reportIn(last) : reportOf(seed, settings, sections)
// If only some sections are new, the others still show the earlier rules.
const golden =
  before === undefined
    ? { although: [], outcomes }
    : values.unchanged
      ? { although: [...before.although, ...(changed.length > 0 && values.although !== undefined ? [values.although] : [])], outcomes }
      : before
mkdirSync(join(folder, "fairness"), { recursive: true })
writeFileSync(last, `${JSON.stringify(report, null, 1)}\n`)
writeFileSync(goldenFile, `${JSON.stringify(golden, null, 1)}\n`)
for (const { content, path } of fairnessPages(report, "npm run fairness")) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}
const broken = sections.flatMap(({ figures, name }) =>
  figures.filter((figure) => !keepsBound(figure)).map((figure) => `${name}: ${figure.name}`)
)
console.log(
  `${join(folder, "fairness.md")}: ${sections.length} sections; ${broken.length} figures break their bounds${broken.map((line) => `\n  ${line}`).join("")}`
)
