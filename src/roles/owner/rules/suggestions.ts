/** Ranks open issues that could get a bounty. Points are integers with a reason each, and the order depends on the candidates and the time alone. */
import type { Consent } from "../../../domain/consent.ts"
import { ASKING_COMMAND } from "../../../domain/consentWords.ts"
import { plainLabel } from "../../../domain/labels.ts"
import type { OpenIssue } from "../../../layers/github/open/OpenIssues.ts"

/** An open issue of the roster's repositories. Times are milliseconds since 1970. */
export interface Candidate extends Omit<OpenIssue, "author" | "isLocked" | "rawLabels"> {
  /** `owner/name` in GitHub's current spelling. */
  readonly repository: string
  /** The issue's number in the contract; null: never registered. */
  readonly registered: number | null
  /** The repository's main language; null: GitHub recognises none. */
  readonly language: string | null
  /** Whether validators can run the repository's tests. */
  readonly testsRun: boolean
  /** Lines changed by closed issues with one of these labels; null: too few are known. */
  readonly similar: Similar | null
  /** The issue's labels by which the repository's maintainers request a bounty. */
  readonly askingLabels: ReadonlyArray<string>
  /** The repository's consent to a bounty. */
  readonly consent: Consent
  /** `asked`: requests by accounts with proven write access. `wished`: requests by others. Newest first. */
  readonly asked: ReadonlyArray<Asking>
  readonly wished: ReadonlyArray<Asking>
}

/** A request for a bounty. */
export interface Asking {
  readonly login: string
  readonly by: "comment" | "label"
  /** In alpha; null: no amount was named. */
  readonly amount: string | null
}

export interface Similar {
  readonly issues: number
  /** Median of added plus deleted lines. */
  readonly lines: number
}

/** Points for an issue's rank, with their reason. */
export interface Reason {
  readonly points: number
  readonly why: string
}

export interface Suggestion {
  readonly candidate: Candidate
  readonly points: number
  readonly reasons: ReadonlyArray<Reason>
  /** Reasons against a bounty now. Empty: none. */
  readonly against: ReadonlyArray<string>
}

const DAY = 86_400_000

/** Points for labels by which maintainers ask for contributions. */
const ASKING_POINTS = 400
const WANTED: ReadonlyMap<string, number> = new Map([
  ["help wanted", 200],
  ["good first issue", 100]
])

/** Labels by which maintainers say that the issue needs no work, or none yet. */
const UNWANTED_LABELS: ReadonlySet<string> = new Set([
  "wontfix",
  "won t fix",
  "invalid",
  "duplicate",
  "question",
  "discussion",
  "blocked",
  "on hold"
])

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`

type Rule = (candidate: Candidate, now: number) => ReadonlyArray<Reason>

const wanted: Rule = ({ askingLabels, labels }) =>
  labels.flatMap((label) => {
    const points = askingLabels.includes(label) ? ASKING_POINTS : WANTED.get(plainLabel(label))
    return points === undefined ? [] : [{ points, why: `label "${label}"` }]
  })

/** More points than all other rules give together. */
const ON_TOP = 10_000

const howAsked = ({ amount, by, login }: Asking): string =>
  `${login} (${by === "label" ? "by label" : `${ASKING_COMMAND}${amount === null ? "" : ` ${amount}`}`})`

/** A wish gets no points, because one person can have any number of accounts. */
const asked: Rule = ({ asked, wished }) => [
  ...asked.slice(0, 1).map((one) => ({ points: ON_TOP, why: `asked for by ${howAsked(one)}, who may merge there` })),
  ...wished.slice(0, 3).map((one) => ({ points: 0, why: `wished for by ${howAsked(one)}` }))
]

const reactions: Rule = ({ reactions }) =>
  reactions === 0 ? [] : [{ points: 10 * Math.min(reactions, 20), why: plural(reactions, "reaction") }]

const MUCH_DISCUSSED = 40

const comments: Rule = ({ comments }) => {
  if (comments === 0) return []
  return comments > MUCH_DISCUSSED
    ? [{ points: -50, why: `${comments} comments, so the task may not be clear` }]
    : [{ points: 5 * Math.min(comments, 10), why: plural(comments, "comment") }]
}

const age: Rule = ({ createdAt }, now) => {
  const days = Math.max(0, Math.floor((now - createdAt) / DAY))
  const open = `open for ${plural(days, "day")}`
  if (days < 3) return [{ points: -100, why: `${open}, so somebody may already work on it` }]
  if (days > 730) return [{ points: -100, why: `${open}, so it may not matter any more` }]
  return days < 14 ? [] : [{ points: 50, why: open }]
}

const tests: Rule = ({ language, testsRun }) => {
  const name = language ?? "a language that GitHub does not recognise"
  return [testsRun ? { points: 150, why: `tests can be run (${name})` } : { points: 0, why: `tests cannot be run (${name})` }]
}

const size: Rule = ({ similar }) => {
  if (similar === null) return []
  const { lines, issues } = similar
  const why = `similar issues took ${plural(lines, "line")} (${issues} known)`
  if (lines > 1_000) return [{ points: -100, why }]
  return [{ points: lines < 20 || lines > 400 ? 50 : 100, why }]
}

const RULES: ReadonlyArray<Rule> = [asked, wanted, reactions, comments, age, tests, size]

const reasonsAgainst = ({ assignees, consent, labels, pullRequest, registered }: Candidate): ReadonlyArray<string> => [
  ...(consent._tag === "Refused" ? [consent.because] : []),
  ...(registered === null ? [] : [`it was registered as issue ${registered}`]),
  ...(assignees === 0 ? [] : ["somebody is assigned"]),
  ...(pullRequest === "open" ? ["an open pull request is linked"] : []),
  ...(pullRequest === "unknown" ? ["GitHub hides a linked pull request, which may be open"] : []),
  ...labels.flatMap((label) => (UNWANTED_LABELS.has(plainLabel(label)) ? [`label "${label}"`] : []))
]

const judgeCandidate =
  (now: number) =>
  (candidate: Candidate): Suggestion => {
    const reasons = RULES.flatMap((rule) => rule(candidate, now))
    return { candidate, points: reasons.reduce((sum, { points }) => sum + points, 0), reasons, against: reasonsAgainst(candidate) }
  }

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** By points, highest first; then oldest first, then by name and number. */
const byRank = (one: Suggestion, other: Suggestion): number =>
  other.points - one.points ||
  one.candidate.createdAt - other.candidate.createdAt ||
  compareText(one.candidate.repository.toLowerCase(), other.candidate.repository.toLowerCase()) ||
  one.candidate.number - other.candidate.number

/** Ranks all candidates, best first. `now`: milliseconds since 1970. */
export const ranked = (candidates: ReadonlyArray<Candidate>, now: number): ReadonlyArray<Suggestion> =>
  candidates.map(judgeCandidate(now)).toSorted(byRank)

/** Fewer similar issues than this give no estimate. */
const LEAST_SIMILAR = 3

/** Lines changed by closed issues with one of these labels. Falls back to all closed issues if too few share a label. */
export const similarOf = (
  labels: ReadonlyArray<string>,
  efforts: ReadonlyArray<{ readonly labels: ReadonlyArray<string>; readonly lines: number }>
): Similar | null => {
  const own = new Set(labels.map(plainLabel))
  const alike = efforts.filter((effort) => effort.labels.some((label) => own.has(plainLabel(label))))
  const counted = (alike.length < LEAST_SIMILAR ? efforts : alike).map(({ lines }) => lines).toSorted((a, b) => a - b)
  const lines = counted[Math.floor((counted.length - 1) / 2)]
  return counted.length < LEAST_SIMILAR || lines === undefined ? null : { issues: counted.length, lines }
}
