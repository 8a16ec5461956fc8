/** Shows the subnet at the finalised head. */
import { Effect } from "effect"
import { asText } from "../../domain/CommitmentSlot.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { nextEpoch, hyperparameters as readHyperparameters } from "../../layers/chain/subnet/hyperparameters.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { alpha, print, table } from "../../layers/machine/terminal/output.ts"
import { chainLayer, type Network } from "../shared/chainServices.ts"

interface SubnetOptions {
  readonly network: Network
  readonly json: boolean
}

export const metagraph = (options: SubnetOptions) =>
  Effect.gen(function* () {
    const [chain, subnet] = yield* Effect.all([Chain, Subnet])
    const found = yield* subnet.metagraph(yield* chain.finalisedHead)
    yield* print(options.json, found, ({ netuid, block, neurons }) => [
      `subnet ${netuid} at block ${block}: ${neurons.length} neurons`,
      ...table([
        ["uid", "hotkey", "stake", "permit", "axon", "registered", "weights set"],
        ...neurons.map(({ uid, hotkey, stake, validatorPermit, axon, registeredAt, lastUpdate }) => [
          String(uid),
          hotkey,
          alpha(stake),
          validatorPermit ? "yes" : "-",
          axon === null ? "-" : `${axon.ip}:${axon.port}`,
          String(registeredAt),
          String(lastUpdate)
        ])
      ])
    ])
  }).pipe(Effect.provide(chainLayer(options.network)))

export const hyperparameters = (options: SubnetOptions) =>
  Effect.gen(function* () {
    const head = yield* Effect.flatMap(Chain, ({ finalisedHead }) => finalisedHead)
    const [values, next] = yield* Effect.all([readHyperparameters(head), nextEpoch(head)], { concurrency: 2 })
    const { netuid } = options.network
    yield* print(
      options.json,
      { netuid, block: head.number, nextEpoch: next, hyperparameters: Object.fromEntries(values.map(({ name, value }) => [name, value])) },
      () => [
        `subnet ${netuid} at block ${head.number}${next === null ? "" : `, next epoch at block ${next}`}`,
        ...table(values.map(({ name, value }) => [name, String(value)]))
      ]
    )
  }).pipe(Effect.provide(chainLayer(options.network)))

export const commitments = (options: SubnetOptions) =>
  Effect.gen(function* () {
    const [chain, subnet] = yield* Effect.all([Chain, Subnet])
    const head = yield* chain.finalisedHead
    const { neurons } = yield* subnet.metagraph(head)
    const found = yield* subnet.commitments(
      head,
      neurons.map(({ hotkey }) => hotkey)
    )
    yield* print(options.json, { netuid: subnet.netuid, block: head.number, commitments: found }, () => [
      `subnet ${subnet.netuid} at block ${head.number}: ${found.length} commitments`,
      ...table(found.map(({ account, block, fields }) => [account, `block ${block}`, asText(fields).join("  ")]))
    ])
  }).pipe(Effect.provide(chainLayer(options.network)))
