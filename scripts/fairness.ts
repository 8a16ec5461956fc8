/**
 * `npm run fairness`: docs/fairness.md with its plots, from the simulation.
 * usage: npm run fairness -- [--seed N] [--rounds N] [--only NAME]… : --only renews these sections and takes the others from the last report
 * npm run fairness -- --unchanged: plays nothing; writes the pages from the last report, with the hash of today's rules, after a change that moved or
 * renamed rules, or changed the pages' words, and can't change a figure
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { fairnessPages } from "../lab/simulation/report/fairnessPage.ts"
import { keepsBound, reportOf } from "../lab/simulation/report/Report.ts"
import { allScenarios } from "../lab/simulation/scenarios/all.ts"
import { playAll } from "../lab/simulation/workers/playAll.ts"
import { playedRules, reportIn, rulesHash, stamped } from "./fairnessRules.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "10000" },
    only: { type: "string", multiple: true },
    with: { type: "string", multiple: true },
    folder: { type: "string", default: "docs" },
    unchanged: { type: "boolean", default: false }
  }
})
const { folder } = values
const document = join(folder, "fairness.md")
const [seed, rounds] = [Number(values.seed), Number(values.rounds)]
const settings = { rounds, miners: 64, validators: 9 }
const onProgress = (line: string) => void process.stderr.write(`${line}\n`)

const last = join(folder, "fairness/report.json")
const isPartial = values.unchanged || values.only !== undefined || values.with !== undefined
const known = [
  ...(values.with ?? []).flatMap((file) => reportIn(file).sections),
  ...(isPartial && existsSync(last) ? reportIn(last).sections : [])
]
const isPlayed = ({ name }: (typeof allScenarios)[number]) => !isPartial || values.only?.includes(name) === true
const played = await Effect.runPromise(playAll(allScenarios.filter(isPlayed), { ...settings, seed }, onProgress))
const sections = allScenarios.flatMap(({ name }) => [...played, ...known].find((section) => section.name === name) ?? [])
const report = values.unchanged ? reportIn(last) : reportOf(seed, settings, sections)
// Where only some sections are new, the others still show the earlier rules.
const isStale = isPartial && !values.unchanged && existsSync(document)
const rules = isStale ? playedRules(readFileSync(document, "utf8")) : rulesHash()
mkdirSync(join(folder, "fairness"), { recursive: true })
writeFileSync(last, `${JSON.stringify(report, null, 1)}\n`)
for (const { content, path } of fairnessPages(report, "npm run fairness")) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), path === "fairness.md" && rules !== undefined ? stamped(content, rules) : content)
}
const broken = sections.flatMap(({ figures, name }) =>
  figures.filter((figure) => !keepsBound(figure)).map((figure) => `${name}: ${figure.name}`)
)
console.log(
  `${join(folder, "fairness.md")}: ${sections.length} sections; ${broken.length} figures break their bounds${broken.map((line) => `\n  ${line}`).join("")}`
)
