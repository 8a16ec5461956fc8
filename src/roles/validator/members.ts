/** The subnet's neurons and the contract's validators, and whether a hotkey may validate. */
import { Effect, Layer, Ref } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type Metagraph, type Neuron, neuronOf } from "../../domain/Metagraph.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { accessToTreasury } from "../../layers/chain/contract/treasuryProxies.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { FinalisedHead } from "../../layers/chain/node/FinalisedHead.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { type SubnetState, SubnetView } from "../../layers/chain/subnet/SubnetView.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"

/** The subnet's neurons and the contract's validators at one block. */
const membersAt = Effect.fn("validator.members")(function* (head: BlockReference) {
  const [subnet, contract] = yield* Effect.all([Subnet, Contract])
  const [metagraph, { validators }] = yield* Effect.all([subnet.metagraph(head), contract.read("validators", {}, head)], { concurrency: 2 })
  return { metagraph, validators: new Set(validators.map(({ hotkey }) => hotkey)) }
})

/** Fails for a development contract on any other chain. Warns if an account besides the contract may move the treasury. */
const checkContract = Effect.gen(function* () {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const head = yield* chain.finalisedHead
  const config = yield* contract.read("config", {}, head)
  if (config.devChain && !(yield* Chain).isDevelopment)
    return yield* new InvalidInput({
      message: `the contract ${contract.address} was deployed for a development chain, so its challenge period may be too short: check --contract`
    })
  const { warnings } = yield* accessToTreasury(config, contract.address, head)
  yield* Effect.forEach(warnings, (warning) => Effect.logWarning(warning))
  if (config.ownerDelay === 0)
    yield* Effect.logWarning(
      "the contract is being set up: no bounty is filled and no match starts until its owner runs gittensor owner config set owner-delay=1d"
    )
})

/** Checks that the hotkey is registered on the subnet and a validator of the contract; fails otherwise. Returns the metagraph. */
export const checkMayValidate = Effect.fn("validator.check")(function* (hotkey: KeyPair) {
  const [chain, subnet, contract] = yield* Effect.all([Chain, Subnet, Contract])
  const { metagraph, validators } = yield* membersAt(yield* chain.finalisedHead)
  if (neuronOf(metagraph, hotkey.address) === undefined)
    return yield* new InvalidInput({
      message: `the hotkey ${hotkey.address} is not registered on subnet ${subnet.netuid}: register it first with "gittensor validate register", or run with the hotkey that replaced it`
    })
  if (!validators.has(hotkey.address))
    return yield* new InvalidInput({
      message: `the hotkey ${hotkey.address} is not a validator of the contract ${contract.address}: the owner adds it with "gittensor owner validators add"`
    })
  yield* checkContract
  return metagraph
})

/**
 * What became of a hotkey that is not registered any more, without a full stop; null: it is. A swap keeps the UID with its coldkey and block of registration; whoever is
 * registered in its place has a later one.
 */
export const lossOf = (own: Neuron, now: Metagraph): string | null => {
  if (neuronOf(now, own.hotkey) !== undefined) return null
  const other = now.neurons.find(({ uid }) => uid === own.uid)
  const nothing = "until then this validator sends no weights and no reports, and publishes no axon"
  if (other !== undefined && other.coldkey === own.coldkey && other.registeredAt === own.registeredAt)
    return `the hotkey ${own.hotkey} was swapped for ${other.hotkey}, which has its UID ${own.uid} now: run this validator with that hotkey, and ask the contract's owner to add it; ${nothing}`
  const place =
    other === undefined ? `where UID ${own.uid} is gone` : `where ${other.hotkey} has had UID ${own.uid} since block ${other.registeredAt}`
  return `the hotkey ${own.hotkey} was deregistered from subnet ${now.netuid}, ${place}: register it again with "gittensor validate register"; ${nothing}`
}

const factsOf = (head: BlockReference, metagraph: Metagraph, validators: ReadonlySet<AccountAddress>): SubnetState => {
  const stakes = new Map(metagraph.neurons.map(({ hotkey, stake }) => [hotkey, stake]))
  return {
    currentBlock: head.number,
    isRegistered: (hotkey) => stakes.has(hotkey),
    stakeOf: (hotkey) => stakes.get(hotkey) ?? 0n,
    isValidator: (hotkey) => validators.has(hotkey),
    validatorAxons: metagraph.neurons.flatMap(({ hotkey, axon }) => (axon !== null && validators.has(hotkey) ? [{ ...axon, hotkey }] : []))
  }
}

const factsAt = (head: BlockReference) => Effect.map(membersAt(head), ({ metagraph, validators }) => factsOf(head, metagraph, validators))

/**
 * The subnet at the finalised head, for judging requests. Read on demand, at most once a block, however many requests come. Keeps the last value if the chain
 * does not answer.
 */
export const subnetViewLayer = Layer.effect(
  SubnetView,
  Effect.gen(function* () {
    const [chain, subnet, contract, head] = yield* Effect.all([Chain, Subnet, Contract, FinalisedHead])
    const services = yield* Effect.context<Subnet | Contract>()
    const facts = yield* Ref.make(yield* Effect.flatMap(head.current, factsAt))
    const oneAtATime = yield* Effect.makeSemaphore(1)
    const lines = yield* RareLines.make("1 hour")
    const refresh = Effect.gen(function* () {
      const at = yield* head.current
      if ((yield* Ref.get(facts)).currentBlock >= at.number) return
      yield* Ref.set(facts, yield* factsAt(at))
    }).pipe(
      oneAtATime.withPermits(1),
      Effect.tap(lines.over("the axon checks requests against the newest block's neurons again")),
      Effect.catchAll(({ message }) =>
        lines.warn(
          "view",
          `the axon still checks requests against the neurons of an earlier block, because it cannot read newer ones: ${message}`
        )
      ),
      Effect.provide(services)
    )
    return SubnetView.of({
      genesisHash: chain.genesisHash,
      netuid: subnet.netuid,
      contract: contract.address,
      current: Effect.zipRight(refresh, Ref.get(facts))
    })
  })
)
