/** Counts what validators say about a pull request: each one alike, because it moves no money. */
import type { CompetitionQuality, QualityHead, QualityRecord } from "../api/types.ts"
import { wholeNumber } from "./amount.ts"

export type Tone = "good" | "bad" | "open"

/** What one validator says, in the words by which validators are counted. */
interface Word {
  readonly text: string
  readonly tone: Tone
  /** A number that may differ between validators that say the same. */
  readonly tests?: number
}

/** "1 test", "4 tests". */
export const testsText = (count: number): string => `${wholeNumber(count)} ${count === 1 ? "test" : "tests"}`

const gateWord = ({ gate, state, fault }: QualityRecord): Word => {
  if (gate === null) return state === "failed" ? { text: "could not look", tone: "open" } : { text: "has not looked yet", tone: "open" }
  if (gate.passed) return gate.found > 0 ? { text: "passed, with findings", tone: "good" } : { text: "passed", tone: "good" }
  if ((gate.fault ?? fault) !== "miner") return { text: "could not tell", tone: "open" }
  const checks = [...new Set(gate.findings.flatMap(({ check, rejects }) => (rejects ? [check] : [])))]
  return { text: `rejected${checks.length === 0 ? "" : ` (${checks.join(", ")})`}`, tone: "bad" }
}

const VERDICTS = {
  verified: (tests) => ({ text: "verified", tone: "good", tests }),
  broken: () => ({ text: "broken", tone: "bad" }),
  unproven: () => ({ text: "no test tells the difference", tone: "open" }),
  unknown: () => ({ text: "unknown: no test passes without it", tone: "open" })
} satisfies Readonly<Record<NonNullable<QualityRecord["verification"]>["verdict"], (tests: number) => Word>>

const verificationWord = ({ verification, state }: QualityRecord): Word => {
  if (verification !== null) {
    const own = verification.own?.failToPass.count ?? 0
    return VERDICTS[verification.verdict](verification.failToPass.count + own)
  }
  if (state === "rejected") return { text: "not run, because the gate rejects it", tone: "open" }
  if (state === "failed") return { text: "could not find out", tone: "open" }
  return state === "done" || state === "verified" ? { text: "could not run the tests", tone: "open" } : { text: "not yet", tone: "open" }
}

export interface CountedLine {
  readonly text: string
  /** Of what more than half of the validators say; open where there is no such thing. */
  readonly tone: Tone
}

/** "2 of 3 validators: verified, 4 tests fail → pass; 1: broken". Undefined without any record. */
const counted = (records: ReadonlyArray<QualityRecord>, wordOf: (record: QualityRecord) => Word): CountedLine | undefined => {
  const groups = new Map<string, Array<Word>>()
  for (const word of records.map(wordOf)) groups.set(word.text, [...(groups.get(word.text) ?? []), word])
  const parts = [...groups].toSorted(([a, ones], [b, others]) => others.length - ones.length || (a < b ? -1 : 1))
  const [first] = parts
  if (first === undefined) return undefined
  const tone = 2 * first[1].length > records.length ? (first[1][0]?.tone ?? "open") : "open"
  const text = parts.map(([text, words], index) => {
    const tests = words.flatMap((word) => (word.tests === undefined ? [] : [word.tests]))
    const [least, most] = [Math.min(...tests), Math.max(...tests)]
    const range = least === most ? testsText(most) : `${wholeNumber(least)} to ${testsText(most)}`
    const passing = tests.length === 0 ? "" : `, ${range} ${most === 1 ? "fails" : "fail"} → pass`
    const who = index > 0 ? `${words.length}` : `${words.length} of ${records.length} ${records.length === 1 ? "validator" : "validators"}`
    return `${who}: ${text}${passing}`
  })
  return { text: text.join("; "), tone }
}

export const gateLine = (records: ReadonlyArray<QualityRecord>): CountedLine | undefined => counted(records, gateWord)
export const verificationLine = (records: ReadonlyArray<QualityRecord>): CountedLine | undefined => counted(records, verificationWord)

interface PullRef {
  readonly repository: string
  readonly number: number
}

const keyOf = ({ repository, number }: PullRef): string => `${repository.toLowerCase()}#${number}`

/** Since when GitHub shows a head, by each validator that saw it there last, the earliest first. */
export const currentTimes = (records: ReadonlyArray<QualityRecord>): ReadonlyArray<string> =>
  records.flatMap(({ currentSince }) => (currentSince === null ? [] : [currentSince])).toSorted((a, b) => Date.parse(a) - Date.parse(b))

/**
 * The heads of a competitor's pull request. Those that more than half of the validators speak of come first, so that nobody alone can put an invented head
 * in front; then the one that most of its validators call current; then the newest.
 */
export const headsOf = ({ heads }: CompetitionQuality, side: "a" | "b", pull: PullRef): ReadonlyArray<QualityHead> => {
  const own = heads.filter((head) => head.side === side && keyOf(head) === keyOf(pull))
  const speaking = new Set(own.flatMap(({ records }) => records.map(({ validator }) => validator))).size
  const isCommon = ({ records }: QualityHead) => (2 * records.length > speaking ? 0 : 1)
  const isReplaced = ({ records }: QualityHead) => (2 * currentTimes(records).length > records.length ? 0 : 1)
  return own.toSorted(
    (one, other) =>
      isCommon(one) - isCommon(other) || isReplaced(one) - isReplaced(other) || Date.parse(other.firstSeenAt) - Date.parse(one.firstSeenAt)
  )
}

/** A competitor's pull requests of which validators speak and that are not in a list. */
export const unlisted = ({ heads }: CompetitionQuality, side: "a" | "b", listed: ReadonlyArray<PullRef>): ReadonlyArray<PullRef> => {
  const known = new Set(listed.map(keyOf))
  return heads.flatMap((head) => {
    if (head.side !== side || known.has(keyOf(head))) return []
    known.add(keyOf(head))
    return [{ repository: head.repository, number: head.number }]
  })
}

/** Validators that found the same. */
export interface SameFindings {
  readonly validators: ReadonlyArray<string>
  /** Each validator's own record, in the same order. Their files differ even if their findings don't. */
  readonly records: ReadonlyArray<QualityRecord>
  /** One of their records; the others say the same. */
  readonly record: QualityRecord
}

/** Groups the records of a head by what they found, the largest group first. */
export const sameFindings = (records: ReadonlyArray<QualityRecord>): ReadonlyArray<SameFindings> => {
  const groups = new Map<
    string,
    { readonly validators: Array<string>; readonly records: Array<QualityRecord>; readonly record: QualityRecord }
  >()
  for (const record of records) {
    const { base, state, fault, reason, gate, verification } = record
    const found = gate === null ? null : [gate.passed, gate.fault, gate.findings, gate.found]
    const key = JSON.stringify([base, state, fault, reason, found, verification])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { validators: [record.validator], records: [record], record })
    else {
      group.validators.push(record.validator)
      group.records.push(record)
    }
  }
  return [...groups.values()].toSorted((a, b) => b.validators.length - a.validators.length)
}

/** The names of tests that only some of the validators that ran the tests have in a set. */
export const disputed = (records: ReadonlyArray<QualityRecord>, set: "failToPass" | "broken"): ReadonlyArray<string> => {
  const sets = records.flatMap(({ verification }) => (verification === null ? [] : [verification[set]]))
  // A set that is cut says nothing of the names that are missing.
  if (sets.some(({ count, first }) => count > first.length)) return []
  const counts = new Map<string, number>()
  for (const { first } of sets) for (const name of new Set(first)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].flatMap(([name, count]) => (count < sets.length ? [name] : []))
}

type Artefact = QualityRecord["artefacts"][number]

/** What a file shows, in words. */
export const FILE_NAMES = {
  gate: "all findings of the gate",
  fingerprints: "fingerprints",
  tests: "all tests that changed",
  "output-base": "output of the base",
  "output-head": "output of the head",
  "output-own-on-base": "output of its own tests on the base",
  "output-own-on-head": "output of its own tests on the head",
  fault: "fault report",
  question: "question",
  answer: "answer"
} as const satisfies Readonly<Record<Artefact["name"], string>>

/** What kind of file an artefact is, and how long: "text/plain, 1,204 bytes". */
export const fileText = (mediaType: string, bytes: number): string => `${mediaType}, ${wholeNumber(bytes)} bytes`

export const filesOf = ({ artefacts }: QualityRecord): ReadonlyArray<Artefact> => artefacts.filter(({ readAt }) => readAt !== null)
