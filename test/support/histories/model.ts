/** Histories on the model of the contract's rules. */
import { Either } from "effect"
import { send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { emptySubnet, withStake } from "../../../lab/contract-model/Subnet.ts"
import { ask, stored } from "../../../lab/contract-model/views.ts"
import type { ContractConfig } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { fromPublicKey } from "../../../src/domain/Account.ts"
import { COVER } from "../figures.ts"
import { ALPHA, type Cast, type Chain, DAY, prepare, RECYCLE_AFTER, WAIT } from "./chain.ts"

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger] = [account(1), account(2), account(3)]
const treasury = treasuryOf({ spawner: owner, block: 3, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` })

const cast: Cast = {
  ...treasury,
  owner,
  stranger,
  validators: [10, 11, 12, 13, 14].map((number) => ({ hotkey: account(number), coldkey: account(number + 10) })),
  miners: [5, 6, 7, 8].map((uid) => ({ uid, hotkey: account(30 + uid), coldkey: account(40 + uid) }))
}

/** The initial settings of a contract in tests of rules: those of the histories, during the set-up. */
export const testConfig: ContractConfig = {
  ...treasury,
  netuid: 74,
  devChain: true,
  day: DAY,
  minBounty: ALPHA,
  maxBounty: 10_000n * ALPHA,
  submissionWindow: 4,
  competitionLength: 40,
  outcomeGrace: 10,
  challengePeriod: WAIT,
  roundLength: 20,
  attestBlocks: 8,
  quorumBps: 5_001,
  maxCompetitionsPerMiner: 1,
  collateralBps: 1_000,
  slashBps: 5_000,
  harvestStep: 3,
  recycleAfter: RECYCLE_AFTER,
  ownerDelay: 0,
  rosterSigner: owner,
  rosterSignerSince: 1
}

const chainOf = (first: World): Chain & { readonly world: () => World } => {
  let world = first
  return {
    cast,
    world: () => world,
    block: () => world.subnet.block,
    setBlock: (block) => {
      world = { ...world, subnet: { ...world.subnet, block } }
    },
    setStake: (hotkey, coldkey, amount) => {
      world = { ...world, subnet: withStake(world.subnet, hotkey, coldkey, amount) }
    },
    send: (caller, name, args) => {
      const { answer, events, world: after } = send(world, caller, name, args)
      world = after
      return { accepted: Either.isRight(answer), events }
    },
    ask: (name, args) => Either.getOrThrow(ask(world, name, args)),
    stored: (name, args) => stored(world, name, args)
  }
}

/** The beginning of every history. */
export const prepared = (() => {
  const { miners, treasuryColdkey, treasuryHotkey, validators } = cast
  const hotkeys = new Set([treasuryHotkey, ...[...validators, ...miners].map(({ hotkey }) => hotkey)])
  const subnet = { ...emptySubnet(1), hotkeys, proxyOf: new Set([treasuryColdkey]) }
  const chain = chainOf({ state: newState(contract, owner, testConfig), subnet: withStake(subnet, treasuryHotkey, contract, COVER) })
  prepare(chain)
  return chain.world()
})()

/** A chain at the beginning of a history. */
export const modelChain = (): Chain => chainOf(prepared)
