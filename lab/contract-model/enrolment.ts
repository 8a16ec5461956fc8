/** Attestations: the miners that each validator saw enrolled for an issue this round. */
import { Either, HashMap, Option } from "effect"
import { bitmapBytes, bitmapOf } from "../../src/contract-client/bitmap.ts"
import type { Attestation, MessageArguments } from "../../src/contract-client/generated.ts"
import { majorityOf } from "../../src/domain/UidBitmap.ts"
import type { Round, State } from "./State.ts"
import { isSameRound, issueOf, onlyValidator, pairVotesFrom, type Ruled, roundAt, type Turn, unless } from "./Turn.ts"
import { type Weights, weightOf } from "./weights.ts"

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
    const entry = { validator: turn.caller, enrolled, skipped }
    const entries = replaced(attestationsOf(turn.state, id, current), entry)
    turn.state = { ...turn.state, attestations: HashMap.set(turn.state.attestations, id, { round: current, entries }) }
    turn.events.push({ _tag: "EnrolmentAttested", issue: id, validator: turn.caller, round, enrolled, skipped })
    return null
  })

/** Replaces a validator's earlier entry and moves it to the end. */
export const replaced = <Entry extends { readonly validator: string }>(
  entries: ReadonlyArray<Entry>,
  entry: Entry
): ReadonlyArray<Entry> => [...entries.filter(({ validator }) => validator !== entry.validator), entry]

/** The attestations of a round for an issue. Those of earlier rounds no longer count. */
export const attestationsOf = (state: State, issue: number, round: Round): ReadonlyArray<Attestation> =>
  Option.match(HashMap.get(state.attestations, issue), {
    onNone: () => [],
    onSome: (attestations) => (isSameRound(attestations.round, round) ? attestations.entries : [])
  })

/** The UIDs attested by more than half of the total weight, as a bitmap. */
export const majority = (weights: Weights, entries: ReadonlyArray<Attestation>, which: "enrolled" | "skipped"): string =>
  bitmapOf(
    majorityOf(
      entries.map((entry) => ({ weight: weightOf(weights, entry.validator), bitmap: bitmapBytes(entry[which]) })),
      weights.total
    )
  )
