/** Reads the electorate of an epoch's consensus: validators, their stake, and the neurons that they measure, as of one block. */
import { Effect, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import type { Electorate } from "../../../domain/Electorate.ts"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { AxonInfo, axonOf, Integer, SmallInteger, Subnet, UnknownSubnet } from "./Subnet.ts"
import { selectiveMetagraph } from "./selectiveMetagraph.ts"

/** All lists are by UID. */
const Columns = Schema.Struct({
  /** In blocks. */
  activityCutoff: SmallInteger,
  hotkeys: Schema.Array(AccountAddress),
  axons: Schema.Array(AxonInfo),
  validatorPermit: Schema.Array(Schema.Boolean),
  lastUpdate: Schema.Array(SmallInteger),
  consensus: Schema.Array(Schema.Int.pipe(Schema.between(0, 65_535))),
  /**
   * The stake by which the chain's epoch weighs validators: alpha and weighted TAO, less the part given to child keys, plus the part from parents. In
   * rao, rounded down.
   */
  totalStake: Schema.Array(Integer)
})

/**
 * The electorate at a block. A validator is active by the rule of the chain's own epoch: its last weights, set or committed, plus the activity cutoff
 * reach the block. The chain's list of active validators is not used, because it is only as new as its last epoch.
 */
export const electorateAt = Effect.fn("Subnet.electorateAt")(function* (at: BlockReference) {
  const { activityCutoff, hotkeys, ...columns } = yield* selectiveMetagraph(at, Columns)
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  for (const [name, { length }] of Object.entries(columns))
    if (length !== hotkeys.length)
      return yield* new UnknownSubnet({ netuid, reason: `its metagraph has ${hotkeys.length} hotkeys, but ${length} values of ${name}` })
  // Creating a subnet registers its owner's hotkey, so a subnet that exists has a neuron.
  if (hotkeys.length === 0) return yield* new UnknownSubnet({ netuid, reason: "it has no neurons" })
  const { axons, validatorPermit, lastUpdate, consensus, totalStake } = columns
  const neurons = hotkeys.map((hotkey, uid) => ({ uid, hotkey, consensus: consensus[uid] ?? 0 }))
  const voters = hotkeys.flatMap((hotkey, uid) => {
    const isActive = (lastUpdate[uid] ?? 0) + activityCutoff >= at.number
    if (validatorPermit[uid] !== true || !isActive) return []
    const axon = axons[uid]
    return [{ hotkey, stake: totalStake[uid] ?? 0n, axon: axon === undefined ? null : axonOf(chain, axon) }]
  })
  return { voters, neurons } satisfies Electorate
})
