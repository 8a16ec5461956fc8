/**
 * A second implementation of the contract's rules, as a pure function. It was written from the specification, not from the contract's source. Fuzz
 * tests compare the contract with it after every step, and the simulator uses it in place of the contract.
 */
import { Either } from "effect"
import type { ContractError, ContractEvent, MessageArguments, MessageReturn, messages } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import {
  addValidator,
  apply,
  assignRest,
  cancelIssue,
  drop,
  editIssue,
  proposeOwner,
  removeValidator,
  setCode,
  setConfig,
  veto,
  withdrawAll,
  withdrawChange,
  withdrawVeto
} from "./changes.ts"
import { depositCollateral, withdrawCollateral } from "./collateral.ts"
import { payTo, votePair } from "./competitions.ts"
import { claim, unlessEnded, unlessShownEnded, windUp } from "./ending.ts"
import { attestEnrolled, renewAttestations } from "./enrolment.ts"
import { registerIssue } from "./issues.ts"
import { expire, settle, voteOutcome, withdrawOutcomeVote } from "./outcomes.ts"
import type { State } from "./State.ts"
import type { Subnet } from "./Subnet.ts"
import { onlyOwner, type Ruled, refuse, type Turn, unless } from "./Turn.ts"
import { harvest, payout } from "./treasury.ts"
import { noteWeights } from "./weights.ts"

/** Accepts the owner's offer of ownership. The offer lapses, and only the account to which it was made may accept it. */
const acceptOwnership = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    const { caller, state, subnet } = turn
    if (state.offer?.owner !== caller) return yield* refuse("NotProposedOwner")
    const { until } = state.offer
    yield* unless(subnet.block <= until, { _tag: "OfferLapsed", until })
    withdrawAll(turn)
    turn.state = { ...turn.state, owner: caller, offer: null }
    turn.events.push({ _tag: "OwnerChanged", previous: state.owner, owner: caller })
    return null
  })

const withdrawOffer = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    const { offer } = turn.state
    if (offer === null) return yield* refuse("NoOffer")
    turn.state = { ...turn.state, offer: null }
    turn.events.push({ _tag: "OfferWithdrawn", owner: offer.owner })
    return null
  })

/** The messages that change state. */
export type Action = {
  [Name in keyof typeof messages]: (typeof messages)[Name]["mutates"] extends true ? Name : never
}[keyof typeof messages]

/** The contract and the chain beneath it. */
export interface World {
  readonly state: State
  readonly subnet: Subnet
}

/** The result of a message. */
export interface Outcome<Value> {
  /** The return value, or the refusal. */
  readonly answer: Either.Either<Value, ContractError>
  /** The emitted events in order; none on refusal. */
  readonly events: ReadonlyArray<ContractEvent>
  /** The world afterwards: the same object on refusal. */
  readonly world: World
}

/** The only action of the owner without a delay. */
const pause = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* unless(!turn.state.paused, "Paused")
    turn.state = { ...turn.state, paused: true }
    turn.events.push({ _tag: "Paused" })
    return null
  })

const unpause = (turn: Turn): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* unless(turn.state.paused, "NotPaused")
    turn.state = { ...turn.state, paused: false }
    turn.events.push({ _tag: "Unpaused" })
    return null
  })

/** A payment: it needs no answer of the chain, but an answer counts. */
const unlessSubnetEnded =
  <Args, Value>(rule: (turn: Turn, args: Args) => Ruled<Value>) =>
  (turn: Turn, args: Args): Ruled<Value> =>
    Either.flatMap(unlessShownEnded(turn), () => rule(turn, args))

/** A rule that holds only while the subnet exists. */
const whileSubnetExists =
  <Args, Value>(rule: (turn: Turn, args: Args) => Ruled<Value>) =>
  (turn: Turn, args: Args): Ruled<Value> =>
    Either.flatMap(unlessEnded(turn), () => rule(turn, args))

const rules: { readonly [Name in Action]: (turn: Turn, args: MessageArguments<Name>) => Ruled<MessageReturn<Name>> } = {
  registerIssue: whileSubnetExists(registerIssue),
  cancelIssue,
  editIssue,
  addValidator,
  removeValidator,
  pause,
  unpause,
  setConfig,
  setCode,
  proposeOwner,
  acceptOwnership,
  withdrawOffer,
  apply,
  withdrawChange,
  veto,
  withdrawVeto,
  drop,
  attestEnrolled: whileSubnetExists(attestEnrolled),
  renewAttestations: whileSubnetExists(renewAttestations),
  votePair: whileSubnetExists(votePair),
  noteWeights: whileSubnetExists(noteWeights),
  voteOutcome,
  withdrawOutcomeVote,
  settle,
  payTo,
  harvest: whileSubnetExists(harvest),
  expire: whileSubnetExists(expire),
  payout: unlessSubnetEnded(payout),
  depositCollateral: whileSubnetExists(depositCollateral),
  withdrawCollateral: unlessSubnetEnded(withdrawCollateral),
  windUp,
  claim,
  assignRest
}

/** The names of all messages that change state. */
export const actions: ReadonlyArray<Action> = Object.keys(rules) as Array<Action> // the record above has exactly these

/**
 * Sends a message to the contract. A refusal is an answer and leaves the world unchanged. Throws a {@link ChainTrap} where the chain aborts the
 * message before the contract can answer.
 */
export const send = <Name extends Action>(
  world: World,
  caller: AccountAddress,
  name: Name,
  args: MessageArguments<Name>
): Outcome<MessageReturn<Name>> => {
  const turn: Turn = { caller, state: world.state, subnet: world.subnet, events: [] }
  const answer = rules[name](turn, args)
  if (Either.isLeft(answer)) return { answer, events: [], world }
  return { answer, events: turn.events, world: { state: turn.state, subnet: turn.subnet } }
}
