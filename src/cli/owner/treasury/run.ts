/** Shows the treasury. */
import { Effect } from "effect"
import type { Treasury } from "../../../contract-client/generated.ts"
import { lookAtTreasury } from "../../../owner/treasury.ts"
import { alpha, print, table, yellow } from "../../../terminal/output.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"

const meanings: { readonly [Part in keyof Treasury]: string } = {
  pending: "earned by the treasury's neuron and not harvested yet",
  allocated: "held for issues that are neither paid nor cancelled",
  unallocated: "held and not assigned to an issue yet",
  paid: "paid to winners since the start",
  recycled: "recycled since the start",
  collateral: "deposited by miners, who own it; not part of the above",
  slashed: "slashed collateral that is not recycled yet",
  slashedRecycled: "slashed collateral recycled since the start"
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
      ...(books.slashed > 0n ? ["recycle slashed collateral with: gittensor owner recycle-slashed HOTKEY"] : []),
      ...seen.warnings.map((warning) => yellow(`warning: ${warning}`))
    ])
  }).pipe(Effect.provide(contractLayer(options)))
