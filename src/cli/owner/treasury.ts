/** Shows the treasury. */
import { Effect } from "effect"
import type { Treasury } from "../../contract-client/generated.ts"
import { alpha, print, table, yellow } from "../../layers/machine/terminal/output.ts"
import { type BlockClock, clockNow } from "../../roles/miner/calendar.ts"
import { lookAtTreasury } from "../../roles/owner/treasury.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"

const meanings = {
  pending: "earned by the treasury's neuron, not harvested yet: lost if the subnet ends before",
  pendingAvailable: "the part of it that the chain lets go: not locked, and worth 0.002 TAO or more",
  held: "the contract's stake: the four below, and what is not booked yet",
  allocated: "booked for issues that are neither paid nor cancelled",
  fresh: "free for issues: arrived or came free since the last turn",
  aged: "free for issues since before it; the next turn recycles what is left",
  collateral: "deposited by miners, and still theirs",
  paid: "paid to winners since the start",
  recycled: "recycled since the start",
  slashed: "collateral slashed since the start"
} as const satisfies { readonly [Part in Exclude<keyof Treasury, "agedAt">]: string }

const isPart = (name: string): name is keyof typeof meanings => Object.hasOwn(meanings, name)
const parts = Object.keys(meanings).filter(isPart)

const turnText = (turnsFrom: number, block: number, { left }: BlockClock): string =>
  turnsFrom > block ? `from block ${turnsFrom}, in ${left(turnsFrom)}` : "with the next harvest"

export const run = (options: ContractOptions & { readonly json: boolean }) =>
  Effect.gen(function* () {
    const { books, ...seen } = yield* lookAtTreasury()
    const clock = yield* clockNow
    yield* print(options.json, { ...seen, ...books }, () => [
      ...table(parts.map((part) => [part, alpha(books[part]), meanings[part]])),
      `coldkey ${seen.treasuryColdkey}, hotkey ${seen.treasuryHotkey}, at block ${seen.block}`,
      ...seen.proxies.map(
        ({ delegate, proxyType }) => `  proxy ${proxyType}: ${delegate}${delegate === seen.contract ? ", the contract" : ""}`
      ),
      ...(books.fresh + books.aged === 0n
        ? []
        : [
            `free money turns ${turnText(seen.turnsFrom, seen.block, clock)}, if no issue waits for money then: aged is recycled, and fresh becomes aged`
          ]),
      ...seen.warnings.map((warning) => yellow(`warning: ${warning}`))
    ])
  }).pipe(Effect.provide(contractLayer(options)))
