/**
 * The rules of the contract a second time, as a pure function, written from their description and not from the contract's source:
 * the contract is compared with it after every step of random sequences, and the simulator plays with it.
 */
import { Either } from "effect"
import type { ContractError, ContractEvent, MessageArguments, MessageReturn, messages } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { acceptOwnership, addValidator, apply, proposeOwner, removeValidator, setCode, setConfig, veto, withdrawChange } from "./changes.ts"
import { depositCollateral, recycleSlashed, withdrawCollateral } from "./collateral.ts"
import { expire, voteOutcome, votePair, withdrawOutcomeVote } from "./competitions.ts"
import { attestEnrolled } from "./enrolment.ts"
import { cancelIssue, registerIssue } from "./issues.ts"
import { pause, unpause } from "./pausing.ts"
import type { State } from "./State.ts"
import type { Subnet } from "./Subnet.ts"
import type { Ruled, Turn } from "./Turn.ts"
import { harvest, payout } from "./treasury.ts"

/** The messages that change something. */
export type Action = {
  [Name in keyof typeof messages]: (typeof messages)[Name]["mutates"] extends true ? Name : never
}[keyof typeof messages]

/** The contract and the chain under it. */
export interface World {
  readonly state: State
  readonly subnet: Subnet
}

/** What became of a message. */
export interface Outcome<Value> {
  /** The value that the contract answers, or why it refuses. */
  readonly answer: Either.Either<Value, ContractError>
  /** What it emits, in order; nothing when it refuses. */
  readonly events: ReadonlyArray<ContractEvent>
  /** The world afterwards: the very same one when it refuses. */
  readonly world: World
}

const rules: { readonly [Name in Action]: (turn: Turn, args: MessageArguments<Name>) => Ruled<MessageReturn<Name>> } = {
  registerIssue,
  cancelIssue,
  addValidator,
  removeValidator,
  pause,
  unpause,
  setConfig,
  setCode,
  proposeOwner,
  acceptOwnership,
  apply,
  withdrawChange,
  veto,
  attestEnrolled,
  votePair,
  voteOutcome,
  withdrawOutcomeVote,
  harvest,
  expire,
  payout,
  depositCollateral,
  withdrawCollateral,
  recycleSlashed
}

/** The names of all messages that change something. */
export const actions: ReadonlyArray<Action> = Object.keys(rules) as Array<Action> // the record above has exactly these

/** Sends a message to the contract. Refusals are answers, and leave the world as it is. */
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
