/** Rules that are wrong on purpose. The comparison must detect each of them. */
import { Either } from "effect"
import type { ContractConfig, MessageArguments } from "../../../../src/contract-client/generated.ts"
import { type Action, send, type World } from "../../../../src/contract-model/ContractModel.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"

type Rules = typeof send

/** The model decides these messages with settings that differ from the contract's. */
const deciding =
  (decided: ReadonlyArray<Action>, settings: Partial<ContractConfig>): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    if (!decided.includes(name)) return send(world, caller, name, args)
    const { config } = world.state
    const outcome = send({ ...world, state: { ...world.state, config: { ...config, ...settings } } }, caller, name, args)
    return { ...outcome, world: { ...outcome.world, state: { ...outcome.world.state, config } } }
  }

/** The model lets something happen one block early. */
const early =
  (hurried: Action): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const outcome = send(world, caller, name, args)
    if (name !== hurried || Either.isRight(outcome.answer) || outcome.answer.left._tag !== "TooEarly") return outcome
    const { block } = world.subnet
    const ahead = send({ ...world, subnet: { ...world.subnet, block: block + 1 } }, caller, name, args)
    return { ...ahead, world: { ...ahead.world, subnet: { ...ahead.world.subnet, block } } }
  }

export const wrongRules: Readonly<Record<string, Rules>> = {
  /** Half of the weight suffices. */
  "quorum of 5,000": deciding(["votePair", "voteOutcome"], { quorumBps: 5_000 }),
  /** A miner may be in one competition more. */
  "two competitions a miner": deciding(["votePair"], { maxCompetitionsPerMiner: 2 }),
  /** Every validator has the same weight. */
  "votes by count": deciding(["votePair", "voteOutcome", "veto"], { weighting: { _tag: "ByCount" } }),
  /** Competitors need no collateral. */
  "no collateral": deciding(["votePair"], { collateralBps: 0 }),
  /** The bounty is paid one block before the challenge period ends. */
  "payment a block early": early("payout"),
  /** A competition expires while its solution may still be voted on. */
  "expiry a block early": early("expire"),
  /** A change applies one block before the owner's delay is over. */
  "change a block early": early("apply")
}
