/** Adds, removes and lists the contract's validators. */
import { Effect } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import { alpha, print, table } from "../../../layers/machine/terminal/output.ts"
import { backersOf } from "../../../roles/owner/validators.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { type CallOptions, contractCall } from "../../shared/contractCall.ts"
import { changeCall } from "../changeCall.ts"

export interface Change extends CallOptions {
  readonly hotkey: AccountAddress
}

export interface Addition extends Change {
  readonly coldkeys: ReadonlyArray<AccountAddress>
}

export const add = (options: Addition) =>
  contractCall("coldkey", options, () =>
    Effect.flatMap(backersOf(options.hotkey, options.coldkeys), (coldkeys) => {
      const facts = { hotkey: options.hotkey, coldkeys }
      return changeCall({ _tag: "AddValidator", ...facts }, { facts })
    })
  )

export const remove = (options: Change) =>
  contractCall("coldkey", options, () => {
    const facts = { hotkey: options.hotkey }
    return changeCall({ _tag: "RemoveValidator", ...facts }, { facts })
  })

export const list = (options: ContractOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const { validators, total, turnedAt } = yield* (yield* Contract).read("validators", {}, head)
    const metagraph = yield* (yield* Subnet).metagraph(head)
    const rows = validators.map((validator) => {
      const neuron = metagraph.neurons.find(({ hotkey }) => hotkey === validator.hotkey)
      return {
        ...validator,
        uid: neuron?.uid ?? null,
        axon: neuron?.axon ?? null,
        share: Number((validator.weight * 10_000n) / (total || 1n)) / 100
      }
    })
    yield* print(options.json, { block: head.number, total, turnedAt, validators: rows }, () =>
      rows.length === 0
        ? ['no validators: add one with "gittensor owner validators add HOTKEY"']
        : [
            ...table([
              ["hotkey", "uid", "weight", "share", "last day", "since", "axon"],
              ...rows.map(({ hotkey, uid, weight, share, noted, axon }) => [
                hotkey,
                uid === null ? "unregistered" : String(uid),
                alpha(weight),
                `${share}%`,
                alpha(noted.day),
                alpha(noted.since),
                axon === null ? "-" : `${axon.ip}:${axon.port}`
              ])
            ]),
            `Shares are of ${alpha(total)}. A vote weighs the validator's effective stake: the least stake recorded in the last whole day and since it ended, in block ${turnedAt}, and no more than there is now.`
          ]
    )
  }).pipe(Effect.provide(contractLayer(options)))
