/** Lies in fields of a report's records that GitHub's page of the pull request alone does not show, and how often the challenge finds them. */

import { openRecords } from "../../../src/domain/Opening.ts"
import type { Report } from "../../../src/domain/Report.ts"
import type { RosterDocument } from "../../../src/domain/Roster.ts"
import { compareRecords, type ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { differenceOf, drawnPoints } from "../../../src/rules/consensus/challenge.ts"
import { comparedWithOwn, type OwnEpoch } from "../../../src/rules/consensus/ownRecords.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { whole } from "../../../src/rules/contributions/scoredRecords.ts"
import { parityRoster } from "../roster/parity.ts"
import { hotkey } from "../rules/world.ts"
import { minersBehind, report } from "../validator/reports.ts"
import { mergedRecords } from "./pullRequests.ts"

/** A record that follows from its factors, so that the report is not false by itself. */
const lying = (record: ScoredRecord, more: Partial<ScoredRecord>): ScoredRecord => whole({ ...record, ...more }, true, false)

/** The highest factor of an issue that the roster gives. */
const BEST_ISSUE = 1.66

const LIAR = 9

/** A roster by which finders get a part, too. */
export const PAYING_FINDERS: RosterDocument = {
  ...parityRoster,
  repositories: Object.fromEntries(
    Object.entries(parityRoster.repositories).map(([name, one]) => [name, { ...one, issue_discovery_share: 0.5 }])
  )
}

/** What each lie makes of a true record. */
export const FIELD_LIES: Readonly<Record<string, (record: ScoredRecord) => ScoredRecord>> = {
  "a score kept from epoch 0 of a thousand points": (one) => lying(one, { kept: 0, score: 1_000, points: 1_000 }),
  "others' pull requests under its own UID": (one) => ({ ...one, uid: LIAR }),
  "the best issue factor everywhere": (one) => lying(one, { issue: BEST_ISSUE }),
  "its own UID as finder of issues that do not exist": (one) =>
    lying(one, { uid: LIAR, side: "finder", finder: { account: String(LIAR), issue: 9_000 + one.number } })
}

/** A lie that GitHub shows, in a report that names a program that nobody has. */
const INFLATED = "`program` 9.9.9, and 27 times the score"
const ALL = { [INFLATED]: (one: ScoredRecord) => lying(one, { score: 27 * one.score, points: 27 * one.score }), ...FIELD_LIES }

const TRUE = mergedRecords(200)
const ROSTER = "0".repeat(64)
const EPOCH = 2
const OWN: OwnEpoch = {
  roster: ROSTER,
  records: TRUE,
  kept: [],
  miners: Array.from({ length: LIAR }, (_, index) => ({
    uid: index + 1,
    hotkey: hotkey(index + 1),
    account: String(index + 1),
    repositories: []
  }))
}

const rules = leafRules(PAYING_FINDERS.repositories)

/** The part of the pool that false records have in a report, if about `part` of all true ones are changed, and how often drawn records show one, of `seeds`. */
const measured = (lie: (record: ScoredRecord) => ScoredRecord, part: number, seeds: number) => {
  const isChanged = ({ number, uid }: ScoredRecord) => uid !== LIAR && number % Math.round(1 / part) === 0
  const changed = TRUE.filter(isChanged).map(lie)
  const isIn = (one: ScoredRecord) => changed.some((other) => compareRecords(one, other) === 0)
  const records = [...TRUE.filter((one) => !isIn(one) && !isChanged(one)), ...changed].toSorted(compareRecords)
  const shown: Report = { ...report(EPOCH), roster: ROSTER, repositories: [], miners: minersBehind(records), leaves: records.length }
  const isNamed = (record: ScoredRecord): boolean => {
    const again = TRUE.find((one) => one.number === record.number)
    if (record.kept === null && again !== undefined && differenceOf(record, again) !== undefined) return true
    const all = [OWN, OWN, OWN] as const
    const place = { record, hotkey: hotkey(record.uid), epoch: EPOCH, roster: ROSTER }
    return typeof comparedWithOwn(place, { around: all, before: all, tempo: 360 }, rules)?.difference === "string"
  }
  const drawn = Array.from({ length: seeds }, (_, seed) =>
    openRecords(records, shown.validator, drawnPoints(shown, `0x${seed.toString(16).padStart(64, "0")}`, rules)).map(({ record }) => record)
  )
  const accused = drawn.flat().filter((one) => isNamed(one) !== isIn(one)).length
  return { found: drawn.filter((all) => all.some(isNamed)).length / seeds, accused }
}

const percent = (part: number): string => `${Math.round(100 * part)} %`

/** The table of how often each lie is found in an epoch. */
export const lieTable = (seeds = 400): string => {
  const rows = Object.entries(ALL).map(([name, lie]) => {
    const [few, many] = [measured(lie, 0.01, seeds), measured(lie, 0.1, seeds)]
    return { row: `| ${name} | ${percent(few.found)} | ${percent(many.found)} |`, accused: few.accused + many.accused }
  })
  if (rows.some(({ accused }) => accused > 0)) throw new Error("a true record is named, or a false one is not")
  return ["| lie | in 1 of 100 records | in 1 of 10 |", "|---|---|---|", ...rows.map(({ row }) => row)].join("\n")
}
