/**
 * What a validator's own measurements say of a record in another's report. Pure. Evidence may change while validators measure an epoch, so only what the
 * validator measured alike in the epoch, in the one before and in the one after is known; whatever else a record says is unclear, without consequence.
 */
import type { AccountAddress } from "../../domain/Account.ts"
import type { EpochEvidence } from "../../domain/EpochEvidence.ts"
import type { ScoredRecord } from "../../domain/ScoredRecord.ts"
import type { LeafRules } from "./challenge.ts"

/** What the validator measured in one epoch, and the hash of the roster by which it did. */
export interface OwnEpoch extends Pick<EpochEvidence, "records" | "kept" | "miners"> {
  readonly roster: string
}

/** An epoch, the one before and the one after; undefined where one is not known. */
export type OwnEpochs = readonly [OwnEpoch | undefined, OwnEpoch | undefined, OwnEpoch | undefined]

/** A record of a report by a roster (its hash) in an epoch, and the hotkey that the report gives its UID. */
export interface ShownRecord {
  readonly record: ScoredRecord
  readonly hotkey: AccountAddress | undefined
  readonly epoch: number
  readonly roster: string
}

/** `around`: what was measured in the record's epoch and its neighbours; `before`: the same for the epoch from which it was kept. `tempo`: blocks of an epoch. */
export interface Measured {
  readonly around: OwnEpochs
  readonly before: OwnEpochs
  readonly tempo: number
}

/** `difference`: how the record differs from what is known; null if it does not. */
interface Compared {
  readonly difference: string | null
}

/** Longer than any roster's window of days in which a pull request scores, at 12 s a block: twice the 90 days that a roster may have at most. */
const LONGEST_WINDOW_BLOCKS = 2 * 90 * 7_200

/** Facts of a pull request that do not depend on its author's other ones. */
const OWN_FACTS = ["issue", "label", "review"] as const

/** Factors that follow from the miner's other pull requests and issues too. Who could not read all of these has less of them, never more. */
const SHARED_FACTS = ["spam", "credibility"] as const

/** What the commits of a pull request come to by one roster. */
const MEASURED_FACTS = ["base", "head", "tokens", "source", "total", "score"] as const

const textOf = (value: unknown): string => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value))

/** The one value of these; undefined if they differ. */
const alike = <A>(values: ReadonlyArray<A>): A | undefined =>
  values.every((one) => textOf(one) === textOf(values[0])) ? values[0] : undefined

const isOfSame = (one: ScoredRecord, { repository, side, number }: ScoredRecord): boolean =>
  one.repository === repository && one.side === side && one.number === number

/**
 * The miner's account in an epoch, and the record's place in it; undefined where it was not measured completely, or by another roster, or where the pull
 * request was somebody else's issue's: who does not know that miner takes the next one's.
 */
const inEpoch = (epoch: OwnEpoch | undefined, { record, hotkey, roster }: ShownRecord) => {
  const miner = epoch?.miners.find((one) => one.hotkey === hotkey)
  if (epoch === undefined || miner === undefined || epoch.roster !== roster) return undefined
  const isMissing = epoch.kept.some((one) => one.hotkey === hotkey && one.repository.toLowerCase() === record.repository)
  const same = epoch.records.filter((one) => isOfSame(one, record))
  const isOthers = same.some(({ uid, finder }) => uid !== miner.uid && finder !== null && finder.issue !== record.finder?.issue)
  return isMissing || isOthers ? undefined : { account: miner.account, own: same.find(({ uid }) => uid === miner.uid) }
}

/** What all three epochs say; undefined where one of them says nothing, or the account was another. */
const measuredIn = (epochs: OwnEpochs, shown: ShownRecord) => {
  const found = epochs.flatMap((epoch) => inEpoch(epoch, shown) ?? [])
  const account = alike(found.map((one) => one.account))
  return found.length < 3 || account === undefined ? undefined : { account, own: found.flatMap(({ own }) => own ?? []) }
}

const accountIn = ({ side, author, finder }: ScoredRecord): string | null => (side === "author" ? author : (finder?.account ?? null))

/** The first of these facts in which a record differs from all measurements, where these agree. */
const firstDifference = (
  record: ScoredRecord,
  own: ReadonlyArray<ScoredRecord>,
  keys: ReadonlyArray<keyof ScoredRecord>,
  isGreaterOnly = false
): string | undefined => {
  for (const key of keys) {
    const [shown, known] = [record[key], alike(own.map((one) => one[key]))]
    if (known === undefined || textOf(shown) === textOf(known)) continue
    if (!isGreaterOnly || Number(shown) > Number(known)) return `has ${key} ${textOf(shown)}, and was measured with ${textOf(known)}`
  }
  return undefined
}

/** A record that says that an earlier epoch measured it. `before`: what was measured around that epoch. */
const ofKept = (shown: ShownRecord, kept: number, { around, before, tempo }: Measured, { whyFalse }: Pick<LeafRules, "whyFalse">) => {
  const { record, epoch } = shown
  if (kept >= epoch) return `was kept from epoch ${kept}, which was not past`
  if (record.state === "OPEN") return undefined
  if ((epoch - kept) * tempo > LONGEST_WINDOW_BLOCKS) return `was kept from epoch ${kept}, longer ago than any merged pull request scores`
  const own = inEpoch(before[1], shown)?.own
  if (own?.kept === null) return firstDifference(record, [own], MEASURED_FACTS) ?? whyFalse({ ...record, kept: null })?.why ?? null
  // One that earned nothing then has no record of that epoch, and may earn now.
  const [now, earlier] = [measuredIn(around, shown), measuredIn(before, shown)]
  return now?.own.length === 0 && earlier?.own.length === 0 ? whyAbsent(record, now.account) : undefined
}

const whyAbsent = (record: ScoredRecord, account: string): string => {
  const named = accountIn(record)
  return named === account
    ? `was not measured in three epochs among what UID ${record.uid} did there as ${record.side}`
    : `names the account ${named} as UID ${record.uid}'s, which has ${account}`
}

/**
 * Compares a record with what a validator measured itself. Undefined: it is not known. What others of its author leave of a base (`points`) and the decay are
 * not compared here.
 */
export const comparedWithOwn = (shown: ShownRecord, measured: Measured, rules: Pick<LeafRules, "whyFalse">): Compared | undefined => {
  const { record } = shown
  const say = (why: string | null | undefined): Compared | undefined =>
    why === undefined ? undefined : { difference: why === null ? null : `${record.repository}#${record.number} ${why}` }
  if (record.kept !== null) return say(ofKept(shown, record.kept, measured, rules))
  const known = measuredIn(measured.around, shown)
  if (known?.own.length === 0) return say(whyAbsent(record, known.account))
  if (known === undefined || known.own.length < 3 || known.own.some(({ kept }) => kept !== null)) return undefined
  const named = record.author === null ? [] : (["author"] as const)
  const share = record.state === "MERGED" ? (["share"] as const) : []
  return say(
    firstDifference(record, known.own, [...named, "finder", ...OWN_FACTS, ...share]) ??
      firstDifference(record, known.own, SHARED_FACTS, true) ??
      null
  )
}
