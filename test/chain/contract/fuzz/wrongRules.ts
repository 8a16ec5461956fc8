/** Rules that are wrong on purpose: the comparison must find each of them, or it would find nothing. */
import { Either } from "effect"
import type { ContractConfig, MessageArguments } from "../../../../src/contract-client/generated.ts"
import { type Action, send, type World } from "../../../../src/contract-model/ContractModel.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"

type Rules = typeof send

/** The model deciding these messages by other settings than the contract's. */
const deciding =
  (decided: ReadonlyArray<Action>, settings: Partial<ContractConfig>): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    if (!decided.includes(name)) return send(world, caller, name, args)
    const { config } = world.state
    const outcome = send({ ...world, state: { ...world.state, config: { ...config, ...settings } } }, caller, name, args)
    return { ...outcome, world: { ...outcome.world, state: { ...outcome.world.state, config } } }
  }

/** The model letting something happen a block before its time. */
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
  /** Half of the weight would do. */
  "quorum of 5,000": deciding(["votePair", "voteOutcome"], { quorumBps: 5_000 }),
  /** A miner might be in one competition more. */
  "two competitions a miner": deciding(["votePair"], { maxCompetitionsPerMiner: 2 }),
  /** Every validator would weigh the same. */
  "votes by count": deciding(["votePair", "voteOutcome", "veto"], { weighting: { _tag: "ByCount" } }),
  /** Competitors would need no collateral. */
  "no collateral": deciding(["votePair"], { collateralBps: 0 }),
  /** The bounty would be paid one block before the challenge period ends. */
  "payment a block early": early("payout"),
  /** A competition would expire while its solution may still be voted. */
  "expiry a block early": early("expire"),
  /** A change would apply one block before the owner's delay is over. */
  "change a block early": early("apply")
}
