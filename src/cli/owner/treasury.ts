/** Shows the treasury. */
import { Effect } from "effect"
import type { Treasury } from "../../contract-client/generated.ts"
import { alpha, print, table, yellow } from "../../layers/terminal/output.ts"
import { lookAtTreasury } from "../../roles/owner/treasury.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"

const meanings: { readonly [Part in keyof Treasury]: string } = {
  pending: "earned by the treasury's neuron, not harvested yet",
  pendingAvailable: "the part of it that the chain lets go: not locked, and worth 0.002 TAO or more",
  held: "the contract's stake: the four below, and what is not booked yet",
  allocated: "booked for issues that are neither paid nor cancelled",
  unallocated: "booked, and not assigned to an issue yet",
  collateral: "deposited by miners, and still theirs",
  toRecycle: "waits to be recycled",
  paid: "paid to winners since the start",
  recycled: "recycled since the start",
  slashed: "collateral slashed since the start"
}

const isPart = (name: string): name is keyof Treasury => Object.hasOwn(meanings, name)
const parts = Object.keys(meanings).filter(isPart)

export const run = (options: ContractOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const { books, ...seen } = yield* lookAtTreasury()
    yield* print(options.json, { ...seen, ...books }, () => [
      ...table(parts.map((part) => [part, alpha(books[part]), meanings[part]])),
      `coldkey ${seen.treasuryColdkey}, hotkey ${seen.treasuryHotkey}, at block ${seen.block}`,
      ...seen.proxies.map(
        ({ delegate, proxyType }) => `  proxy ${proxyType}: ${delegate}${delegate === seen.contract ? ", the contract" : ""}`
      ),
      ...(books.toRecycle > 0n ? ["a harvest recycles what waits for it, or: gittensor owner recycle"] : []),
      ...seen.warnings.map((warning) => yellow(`warning: ${warning}`))
    ])
  }).pipe(Effect.provide(contractLayer(options)))
