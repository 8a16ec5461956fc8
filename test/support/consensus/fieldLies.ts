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
import { placesBehind } from "./placesBehind.ts"
import { mergedRecords } from "./pullRequests.ts"

/** A record that follows from its factors, so that the report is not false by itself. */
const lying = (record: ScoredRecord, more: Partial<ScoredRecord>): ScoredRecord => whole({ ...record, ...more }, true, false)

/** The highest factor of an issue that the roster gives. */
const BEST_ISSUE = 1.66
const BEST_ISSUE_EVERYWHERE = "the best issue factor everywhere"

const LIAR = 9

/** A roster by which finders get a part, too. */
export const PAYING_FINDERS: RosterDocument = {
  ...parityRoster,
  repositories: Object.fromEntries(
    Object.entries(parityRoster.repositories).map(([name, one]) => [name, { ...one, issue_discovery_share: 0.5 }])
  )
}

/** Of ten pull requests, the one that is younger than the epochs before `MERGED_IN`, and whose issue a miner found. */
const isTenth = ({ number }: ScoredRecord): boolean => number % 10 === 0

/** The first epoch in which every tenth pull request is merged. */
export const MERGED_IN = 3

/** True records in an epoch: of pull requests, and of the issues that every tenth of them solved. */
export const trueRecords = (count: number, epoch = MERGED_IN): ReadonlyArray<ScoredRecord> =>
  mergedRecords(count)
    .filter((one) => epoch >= MERGED_IN || !isTenth(one))
    .flatMap((one) => {
      const uid = one.uid === 1 ? 2 : 1
      return isTenth(one) ? [one, lying(one, { uid, side: "finder", finder: { account: String(uid), issue: 5_000 + one.number } })] : [one]
    })
    .toSorted(compareRecords)

type Lie = (record: ScoredRecord) => ScoredRecord

const ofAuthors =
  (lie: Lie): Lie =>
  (one) =>
    one.side === "author" ? lie(one) : one

/** What each lie makes of a true record; itself where it tells the truth. */
export const FIELD_LIES: Readonly<Record<string, Lie>> = {
  "a score kept from epoch 0 of a thousand points": ofAuthors((one) => lying(one, { kept: 0, score: 1_000, points: 1_000 })),
  "a score kept from an epoch before the pull request": (one) =>
    isTenth(one) && one.side === "author" ? lying(one, { kept: 1, score: 1_000, points: 1_000 }) : one,
  "others' pull requests under its own UID": ofAuthors((one) => (one.uid === LIAR ? one : { ...one, uid: LIAR })),
  [BEST_ISSUE_EVERYWHERE]: ofAuthors((one) => lying(one, { issue: BEST_ISSUE })),
  "its own UID as finder of issues that do not exist": ofAuthors((one) =>
    lying(one, { uid: LIAR, side: "finder", finder: { account: String(LIAR), issue: 9_000 + one.number } })
  ),
  "its own UID as finder where somebody else found the issue": (one) =>
    one.side === "finder" ? lying(one, { uid: LIAR, finder: { account: String(LIAR), issue: 9_000 + one.number } }) : one
}

/** A lie that GitHub shows, in a report that names a program that nobody has. */
const INFLATED = "`program` 9.9.9, and 27 times the score"
const ALL: Readonly<Record<string, Lie>> = {
  [INFLATED]: ofAuthors((one) => lying(one, { score: 27 * one.score, points: 27 * one.score })),
  ...FIELD_LIES
}

const COUNT = 200
const TRUE = trueRecords(COUNT)
const ROSTER = "0".repeat(64)
const EPOCH = 4
const ownOf = (records: ReadonlyArray<ScoredRecord>): OwnEpoch => ({
  roster: ROSTER,
  records,
  kept: [],
  miners: Array.from({ length: LIAR }, (_, index) => ({
    uid: index + 1,
    hotkey: hotkey(index + 1),
    account: String(index + 1),
    repositories: placesBehind(records, index + 1, 1)
  }))
})
const [OWN, EARLIER] = [ownOf(TRUE), ownOf(trueRecords(COUNT, 1))]

/** The same epoch, in which somebody touched the pull requests and issues of every other miner since it began. */
const TOUCHED: OwnEpoch = {
  ...OWN,
  miners: OWN.miners.map((one) => (one.uid % 2 === 0 ? { ...one, repositories: placesBehind(TRUE, one.uid) } : one))
}

interface Seen {
  readonly own: OwnEpoch
  /** The roster of the liar's own report of the epoch from which it kept something, or of the one before; undefined: it gave none. */
  readonly rosterThen: string | undefined
  /** Which pull requests the lie is about, by their last digit: 0 for those that close an issue. */
  readonly digit: 0 | 1
}

const ALL_SEEN: Seen = { own: OWN, rosterThen: ROSTER, digit: 0 }

/** Harder cases. Lies stay unclear in part where an honest validator may say the same. */
const HARDER: Readonly<Record<string, Seen & { readonly lie: Lie | undefined; readonly isUnclear: boolean }>> = {
  "the best issue factor, where the pull request closes no issue": {
    ...ALL_SEEN,
    digit: 1,
    isUnclear: false,
    lie: FIELD_LIES[BEST_ISSUE_EVERYWHERE]
  },
  // Its factor follows from the role of the issue's author.
  "the best issue factor, where it closes one": { ...ALL_SEEN, isUnclear: true, lie: FIELD_LIES[BEST_ISSUE_EVERYWHERE] },
  "the best issue factor, where it closes none, and every other miner's work was touched since the epoch began": {
    ...ALL_SEEN,
    digit: 1,
    own: TOUCHED,
    isUnclear: true,
    lie: FIELD_LIES[BEST_ISSUE_EVERYWHERE]
  },
  "a score of a thousand points kept from an epoch of which nobody has its report, nor of the one before": {
    ...ALL_SEEN,
    rosterThen: undefined,
    isUnclear: true,
    lie: FIELD_LIES["a score kept from epoch 0 of a thousand points"]
  }
}

const rules = leafRules(PAYING_FINDERS.repositories)

/** The part of the pool that false records have in a report, if about `part` of all true ones are changed, and how often drawn records show one, of `seeds`. */
const measured = (lie: Lie, part: number, seeds: number, { own, rosterThen, digit }: Seen) => {
  const told = TRUE.map((one) => (one.number % Math.round(1 / part) === digit ? lie(one) : one))
  const changed = new Set(told.filter((one) => !TRUE.includes(one)))
  const records = told.toSorted(compareRecords)
  const shown: Report = { ...report(EPOCH), roster: ROSTER, repositories: [], miners: minersBehind(records), leaves: records.length }
  const isNamed = (record: ScoredRecord): boolean => {
    const again = TRUE.find((one) => one.number === record.number)
    if (record.kept === null && again !== undefined && differenceOf(record, again) !== undefined) return true
    const before = record.kept === 1 ? EARLIER : OWN
    const place = { record, hotkey: hotkey(record.uid), epoch: EPOCH, roster: ROSTER, rosterThen }
    const known = { around: [own, own, own], before: [before, before, before] } as const
    return typeof comparedWithOwn(place, known, rules)?.difference === "string"
  }
  const drawn = Array.from({ length: seeds }, (_, seed) =>
    openRecords(records, shown.validator, drawnPoints(shown, `0x${seed.toString(16).padStart(64, "0")}`, rules)).map(({ record }) => record)
  )
  const all = drawn.flat()
  return {
    found: drawn.filter((some) => some.some(isNamed)).length / seeds,
    accused: all.filter((one) => isNamed(one) && !changed.has(one)).length,
    unclear: all.filter((one) => !isNamed(one) && changed.has(one)).length
  }
}

const percent = (part: number): string => `${Math.round(100 * part)} %`

/** The table of how often each lie is found in an epoch. */
export const lieTable = (seeds = 400): string => {
  const rowOf = (name: string, lie: Lie, isUnclear: boolean, seen = ALL_SEEN) => {
    const both = [0.01, 0.1].map((part) => measured(lie, part, seeds, seen))
    if (both.some(({ accused }) => accused > 0)) throw new Error("a true record is named")
    if (both.some(({ unclear }) => unclear > 0) !== isUnclear) throw new Error(`whether false records stay unclear: ${name}`)
    return { row: `| ${name} | ${both.map(({ found }) => percent(found)).join(" | ")} |` }
  }
  const rows = [
    ...Object.entries(ALL).flatMap(([name, lie]) => (name === BEST_ISSUE_EVERYWHERE ? [] : [rowOf(name, lie, false)])),
    ...Object.entries(HARDER).flatMap(([name, { lie, isUnclear, ...seen }]) =>
      lie === undefined ? [] : [rowOf(name, lie, isUnclear, seen)]
    )
  ]
  return ["| lie | in 1 of 100 records | in 1 of 10 |", "|---|---|---|", ...rows.map(({ row }) => row)].join("\n")
}
