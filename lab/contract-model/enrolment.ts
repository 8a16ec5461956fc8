/** Attestations: the miners that each validator saw enrolled for an issue. */
import { Either, HashMap, Option } from "effect"
import { bitmapBytes, bitmapOf } from "../../src/contract-client/bitmap.ts"
import type { Attestation, MessageArguments } from "../../src/contract-client/generated.ts"
import { majorityOf } from "../../src/domain/UidBitmap.ts"
import type { Round, State } from "./State.ts"
import { issueOf, onlyValidator, pairVotesFrom, type Ruled, roundAt, type Turn, unless } from "./Turn.ts"
import { counts, type Weights, weightOf } from "./weights.ts"

export const attestEnrolled = (turn: Turn, { enrolled, issue: id, round, skipped }: MessageArguments<"attestEnrolled">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyValidator(turn)
    const issue = yield* issueOf(turn, id)
    yield* unless(issue.status._tag === "Open", { _tag: "IssueNotOpen", issue: id })
    const { block } = turn.subnet
    const current = roundAt(turn.state, block)
    yield* unless(round === current.number, { _tag: "WrongRound", current: current.number })
    const until = pairVotesFrom(turn.state, current) - 1
    yield* unless(block <= until, { _tag: "TooLate", until })
    const entry = { validator: turn.caller, at: block, enrolled, skipped }
    const entries = replaceEntry(attestationsOf(turn.state, id, current), entry)
    turn.state = { ...turn.state, attestations: HashMap.set(turn.state.attestations, id, entries) }
    turn.events.push({ _tag: "EnrolmentAttested", issue: id, validator: turn.caller, round, enrolled, skipped })
    return null
  })

/** Replaces a validator's earlier entry and moves it to the end. */
export const replaceEntry = <Entry extends { readonly validator: string }>(
  entries: ReadonlyArray<Entry>,
  entry: Entry
): ReadonlyArray<Entry> => [...entries.filter(({ validator }) => validator !== entry.validator), entry]

/** Renews everything that the caller attested and that has not lapsed. */
export const renewAttestations = (turn: Turn, _: MessageArguments<"renewAttestations">): Ruled<null> =>
  Either.map(onlyValidator(turn), () => {
    const { caller: validator, state, subnet } = turn
    const lately = Math.max(0, roundAt(state, subnet.block).from - (state.config.day - 1))
    const recent = state.renewals.filter(({ at }) => at >= lately)
    const from = recent.find((one) => one.validator === validator)?.from ?? lately
    turn.state = { ...state, renewals: [...recent.filter((one) => one.validator !== validator), { validator, from, at: subnet.block }] }
    turn.events.push({ _tag: "EnrolmentsRenewed", validator, from })
    return null
  })

/** The attestations on an issue that count in a round: younger than a day at its start, or renewed within a day before it. */
export const attestationsOf = (state: State, issue: number, round: Round): ReadonlyArray<Attestation> =>
  Option.getOrElse(HashMap.get(state.attestations, issue), () => []).filter((one) => round.from < attestedUntil(state, one))

/** The attestations on an issue that count in a block. */
export const countingAttestations = (state: State, block: number, issue: number, round: Round): ReadonlyArray<Attestation> =>
  attestationsOf(state, issue, round).filter(({ at, validator }) => counts(state, block, validator, at))

/** The block from which on an attestation counts in no round that begins. */
export const attestedUntil = ({ config, renewals }: Pick<State, "config" | "renewals">, { at, validator }: Attestation): number => {
  const renewed = renewals.find((one) => one.validator === validator && one.from <= at)
  return Math.max(at, renewed?.at ?? 0) + config.day
}

/** The UIDs attested by more than half of the total weight, as a bitmap. */
export const majority = (weights: Weights, entries: ReadonlyArray<Attestation>, which: "enrolled" | "skipped"): string =>
  bitmapOf(
    majorityOf(
      entries.map((entry) => ({ weight: weightOf(weights, entry.validator), bitmap: bitmapBytes(entry[which]) })),
      weights.total
    )
  )
