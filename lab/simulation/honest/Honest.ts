/**
 * An honest validator's decisions, by the product's own code. Each step reads one finalised head and returns the messages that the code would send.
 * Validators with the same input share the answer, which is computed once.
 */
import { Effect } from "effect"
import { bitmapBytes, bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { Attestation, Issue, MessageArguments } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { placeOf } from "../../../src/domain/Round.ts"
import { computePairs, type Pairing } from "../../../src/rules/pairs/pairs.ts"
import {
  attestationsOfRound,
  bitmapsText,
  type OwnAttestation,
  standingAttestations
} from "../../../src/scoring/issue_competitions/attest.ts"
import { Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import * as Notes from "../../../src/scoring/issue_competitions/notes.ts"
import { pairsOfRound, readPairInput } from "../../../src/scoring/issue_competitions/pairsOfRound.ts"
import { type RoundState, readRoundState } from "../../../src/scoring/issue_competitions/roundState.ts"
import { callOf, choresOf } from "../../../src/scoring/issue_competitions/upkeep.ts"
import type { Holder } from "../miners/enrolling.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import { randomOf } from "../random.ts"
import { honestVotes } from "./honestVotes.ts"
import { objectNames, ofLastRounds, sharedAnswer } from "./sharedAnswers.ts"
import { conditionsOf, type SeenNetwork, seenNetwork, type Viewpoint } from "./Viewpoint.ts"

type Sendable =
  | "attestEnrolled"
  | "renewAttestations"
  | "votePair"
  | "voteOutcome"
  | "withdrawOutcomeVote"
  | "harvest"
  | "expire"
  | "payout"
  | "settle"
  | "noteWeights"
  | "windUp"

/** A message that a validator is about to send. */
export type Message = { readonly [Name in Sendable]: { readonly name: Name; readonly args: MessageArguments<Name> } }[Sendable]

export interface Honest {
  readonly roundState: (viewpoint: Viewpoint) => RoundState
  /** Issues that are neither paid nor cancelled. */
  readonly live: (viewpoint: Viewpoint) => ReadonlyArray<Issue>
  /** Attestations by a holder's enrolments and the validator's attestations that already count. */
  readonly attestations: (viewpoint: Viewpoint, holder: Holder, standing: ReadonlyMap<number, Attestation>) => ReadonlyArray<OwnAttestation>
  /** A validator's attestations that count in the round, by issue. */
  readonly standing: (viewpoint: Viewpoint, hotkey: AccountAddress) => ReadonlyMap<number, Attestation>
  /** Undefined while the round's seed is not final. */
  readonly pairs: (viewpoint: Viewpoint) => ReadonlyArray<Pairing> | undefined
  /** The pairs for these majority bitmaps by issue; an issue without one has no miners. */
  readonly pairsIf: (viewpoint: Viewpoint, enrolled: ReadonlyMap<number, string>) => ReadonlyArray<Pairing>
  /** The votes on outcomes that are not cast yet, and those to withdraw. */
  readonly verdicts: (viewpoint: Viewpoint, hotkey: AccountAddress) => ReadonlyArray<Message>
  readonly chores: (viewpoint: Viewpoint, hotkey: AccountAddress) => ReadonlyArray<Message>
}

const noBook = () => Effect.die(new Error("this holder only shows what it holds"))

/** The enrolments of a simulated holder, as the service that the attestation code reads. */
const enrolmentsOf = ({ book }: Holder) =>
  Enrolments.of({
    submit: noBook,
    merge: noBook,
    snapshot: (block) => Effect.sync(() => book.snapshot(block)),
    summary: noBook(),
    of: noBook,
    prune: noBook(),
    size: Effect.sync(() => book.size())
  })

/** Each round's state. It depends only on the round's first block, so any head of the round will do. */
const sharedRoundStates = ({ network: { ledger }, reference, run }: SeenNetwork): Honest["roundState"] => {
  const stateOf = sharedAnswer(
    ofLastRounds<RoundState>(),
    { viewpoint: conditionsOf },
    ({ viewpoint }: { readonly viewpoint: Viewpoint }) => run(viewpoint, readRoundState(reference(viewpoint.head)))
  )
  return (viewpoint) => stateOf(placeOf(viewpoint.head, ledger.worldAt(viewpoint.head).state.config).round, { viewpoint })
}

interface AttestationInputs {
  readonly viewpoint: Viewpoint
  readonly holder: Holder
  /** The record of the issues on GitHub. While it stays the same, so does the answer. */
  readonly record: ReadonlyArray<object>
  readonly standing: ReadonlyMap<number, Attestation>
}

const sharedAttestations = ({ evidenceOn, run }: SeenNetwork, roundState: Honest["roundState"]): Honest["attestations"] => {
  const nameOf = objectNames()
  const attestationsOf = sharedAnswer(
    ofLastRounds<ReadonlyArray<OwnAttestation>>(),
    {
      viewpoint: conditionsOf,
      holder: (holder) => holder.content(),
      record: (issues) => issues.map(nameOf).join(),
      standing: (before) => [...before].map(([issue, one]) => `${issue} ${one.at} ${bitmapsText(one)}`).join()
    },
    ({ holder, standing, viewpoint }: AttestationInputs) =>
      run(viewpoint, attestationsOfRound(roundState(viewpoint), standing).pipe(Effect.provideService(Enrolments, enrolmentsOf(holder))))
  )
  return (viewpoint, holder, standing) => {
    const { openIssues, place } = roundState(viewpoint)
    return attestationsOf(place.round, { viewpoint, holder, record: openIssues.map((issue) => evidenceOn(issue) ?? issue), standing })
  }
}

interface PairInputs {
  readonly viewpoint: Viewpoint
  /** With the seed, the last attesting block alone decides the pairs, for every viewpoint. */
  readonly hasSeed: boolean
}

const sharedPairs = ({ network: { pulseAfter }, reference, run }: SeenNetwork, roundState: Honest["roundState"]): Honest["pairs"] => {
  const pairsOf = sharedAnswer(
    ofLastRounds<{ readonly pairs: ReadonlyArray<Pairing> | undefined }>(),
    { viewpoint: conditionsOf, hasSeed: String },
    ({ viewpoint }: PairInputs) => ({ pairs: run(viewpoint, pairsOfRound(roundState(viewpoint), reference(viewpoint.head))) })
  )
  return (viewpoint) => {
    const { place } = roundState(viewpoint)
    return pairsOf(place.round, { viewpoint, hasSeed: viewpoint.head >= place.pairsFrom + pulseAfter }).pairs
  }
}

const pairsIfEnrolled =
  ({ reference, run }: SeenNetwork, roundState: Honest["roundState"]): Honest["pairsIf"] =>
  (viewpoint, enrolled) => {
    const input = run(viewpoint, readPairInput(roundState(viewpoint), reference(viewpoint.head)))
    const nobody = bitmapOfUids([])
    const issues = (input?.issues ?? []).map((issue) => ({ ...issue, enrolled: bitmapBytes(enrolled.get(issue.id) ?? nobody) }))
    return input === undefined ? [] : computePairs({ ...input, issues })
  }

/** The due messages. Each validator draws its own blocks at which it checks whether stake must be noted. */
const choresBy = ({ network: { ledger }, reference, run }: SeenNetwork): Honest["chores"] => {
  const notes = new Map<AccountAddress, Effect.Effect.Success<ReturnType<typeof Notes.make>>>()
  return (viewpoint, hotkey) => {
    const head = reference(viewpoint.head)
    const notesOf =
      notes.get(hotkey) ?? Effect.runSync(Notes.make(hotkey, randomOf(0, `looks of ${hotkey} on ${ledger.genesisHash}`).below))
    notes.set(hotkey, notesOf)
    return run(
      viewpoint,
      Effect.zipWith(choresOf(hotkey, head), notesOf(head), (due, noted) => [...due, ...noted])
    ).map(callOf)
  }
}

export const make = (network: SimulatedNetwork): Honest => {
  const seen = seenNetwork(network)
  const roundState = sharedRoundStates(seen)
  return {
    roundState,
    live: (viewpoint) => seen.stateAt(viewpoint).liveIssues,
    attestations: sharedAttestations(seen, roundState),
    standing: (viewpoint, hotkey) =>
      seen.run(viewpoint, standingAttestations(hotkey, roundState(viewpoint), seen.reference(viewpoint.head))),
    pairs: sharedPairs(seen, roundState),
    pairsIf: pairsIfEnrolled(seen, roundState),
    verdicts: honestVotes(seen),
    chores: choresBy(seen)
  }
}
