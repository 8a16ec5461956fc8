/** Rules that are wrong on purpose: the comparison must find each of them, or it would find nothing. */
import type { MessageArguments } from "../../../src/contract-client/generated.ts"
import { type Action, send, type World } from "../../../src/contract-model/ContractModel.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"

type Rules = typeof send

/** The model with other settings than the contract's while it decides. */
const deciding =
  (settings: Partial<World["state"]["config"]>): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const { config } = world.state
    const outcome = send({ ...world, state: { ...world.state, config: { ...config, ...settings } } }, caller, name, args)
    if (outcome.events.length === 0) return { ...outcome, world }
    const changed = outcome.world.state.config
    // what the message itself changed stays changed
    const kept = Object.fromEntries(
      Object.entries(changed).filter(([key, value]) => !(key in settings) || value !== Reflect.get(settings, key))
    )
    return { ...outcome, world: { ...outcome.world, state: { ...outcome.world.state, config: { ...config, ...kept } } } }
  }

/** The model a block ahead of the contract for one message. */
const ahead =
  (late: Action): Rules =>
  <Name extends Action>(world: World, caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const { block } = world.subnet
    if (name !== late) return send(world, caller, name, args)
    const outcome = send({ ...world, subnet: { ...world.subnet, block: block + 1 } }, caller, name, args)
    if (outcome.events.length === 0) return { ...outcome, world }
    return { ...outcome, world: { ...outcome.world, subnet: { ...outcome.world.subnet, block } } }
  }

export const wrongRules: Readonly<Record<string, Rules>> = {
  /** Half of the weight would do. */
  "quorum of 5,000": deciding({ quorumBps: 5_000 }),
  /** A miner might be in one competition more. */
  "two competitions a miner": deciding({ maxCompetitionsPerMiner: 2 }),
  /** Every validator would weigh the same. */
  "votes by count": deciding({ weighting: { _tag: "ByCount" } }),
  /** The bounty would be paid one block before the challenge period ends. */
  "payment a block early": ahead("payout"),
  /** A competition would expire while its solution may still be voted. */
  "expiry a block early": ahead("expire")
}
