/** The contract's whitelist: adding, removing, listing. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { Subnet } from "../../layers/Subnet.ts"
import { addValidator, backersOf } from "../../owner/validators.ts"
import { alpha, print, table } from "../../terminal/output.ts"
import type { KeyOptions } from "../options.ts"
import { confirm, withKey } from "./keys.ts"
import { type ContractOptions, contractLayer } from "./layers.ts"

interface Change extends ContractOptions {
  readonly hotkey: AccountAddress
  readonly key: KeyOptions
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

export interface Addition extends Change {
  readonly coldkeys: ReadonlyArray<AccountAddress>
}

export const add = (options: Addition) =>
  withKey("coldkey", options.key, (owner) =>
    Effect.gen(function* () {
      if (options.dryRun) {
        const backers = yield* backersOf(options.hotkey, options.coldkeys)
        yield* (yield* Contract).dryRun("addValidator", { hotkey: options.hotkey, coldkeys: backers }, owner.address)
        return yield* print(options.json, { hotkey: options.hotkey, coldkeys: backers, sent: false }, () => [
          `would add ${options.hotkey} with the stake of ${backers.join(", ")}`
        ])
      }
      yield* confirm(`Add ${options.hotkey} to the validators?`, options.yes)
      const { inclusion, coldkeys } = yield* addValidator(owner, options.hotkey, options.coldkeys)
      yield* print(
        options.json,
        { hotkey: options.hotkey, coldkeys, sent: true, block: inclusion.block.number, transaction: inclusion.extrinsicHash },
        () => [`added ${options.hotkey} with the stake of ${coldkeys.join(", ")} (block ${inclusion.block.number})`]
      )
    }).pipe(Effect.provide(contractLayer(options)))
  )

export const remove = (options: Change) =>
  withKey("coldkey", options.key, (owner) =>
    Effect.gen(function* () {
      if (options.dryRun) {
        yield* (yield* Contract).dryRun("removeValidator", { hotkey: options.hotkey }, owner.address)
        return yield* print(options.json, { hotkey: options.hotkey, sent: false }, () => [`would remove ${options.hotkey}`])
      }
      yield* confirm(`Remove ${options.hotkey} from the validators?`, options.yes)
      const { inclusion } = yield* (yield* Contract).send("removeValidator", { hotkey: options.hotkey }, owner)
      yield* print(
        options.json,
        { hotkey: options.hotkey, sent: true, block: inclusion.block.number, transaction: inclusion.extrinsicHash },
        () => [`removed ${options.hotkey} (block ${inclusion.block.number})`]
      )
    }).pipe(Effect.provide(contractLayer(options)))
  )

export const list = (options: ContractOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const validators = yield* (yield* Contract).read("validators", {}, head)
    const metagraph = yield* (yield* Subnet).metagraph(head)
    const total = validators.reduce((sum, { weight }) => sum + weight, 0n)
    const rows = validators.map((validator) => {
      const neuron = metagraph.neurons.find(({ hotkey }) => hotkey === validator.hotkey)
      return {
        ...validator,
        uid: neuron?.uid ?? null,
        axon: neuron?.axon ?? null,
        share: total === 0n ? 0 : Number((validator.weight * 10_000n) / total) / 100
      }
    })
    yield* print(options.json, rows, (all) =>
      all.length === 0
        ? ['no validators: add one with "gittensor owner validators add HOTKEY"']
        : table([
            ["hotkey", "uid", "weight", "share", "axon"],
            ...all.map((row) => [
              row.hotkey,
              row.uid === null ? "unregistered" : String(row.uid),
              alpha(row.weight),
              `${row.share}%`,
              row.axon === null ? "-" : `${row.axon.ip}:${row.axon.port}`
            ])
          ])
    )
  }).pipe(Effect.provide(contractLayer(options)))
