/** The contract's whitelist: adding, removing, listing. */
import { Effect } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { Subnet } from "../../layers/Subnet.ts"
import { backersOf } from "../../owner/validators.ts"
import { alpha, print, table } from "../../terminal/output.ts"
import { type CallOptions, callOf, contractCall } from "./contractCall.ts"
import { type ContractOptions, contractLayer } from "./layers.ts"

export interface Change extends CallOptions {
  readonly hotkey: AccountAddress
}

export interface Addition extends Change {
  readonly coldkeys: ReadonlyArray<AccountAddress>
}

export const add = (options: Addition) =>
  contractCall("coldkey", options, () =>
    Effect.map(backersOf(options.hotkey, options.coldkeys), (coldkeys) => {
      const { hotkey } = options
      return callOf({
        message: "addValidator",
        args: { hotkey, coldkeys },
        facts: () => ({ hotkey, coldkeys }),
        does: () => `add ${hotkey} to the validators, with the stake of ${coldkeys.join(", ")}`,
        did: () => [`added ${hotkey} with the stake of ${coldkeys.join(", ")}`]
      })
    })
  )

export const remove = (options: Change) =>
  contractCall("coldkey", options, () => {
    const { hotkey } = options
    return Effect.succeed(
      callOf({
        message: "removeValidator",
        args: { hotkey },
        facts: () => ({ hotkey }),
        does: () => `remove ${hotkey} from the validators`,
        did: () => [`removed ${hotkey}`]
      })
    )
  })

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
