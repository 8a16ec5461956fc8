/** How often each strategy's miners competed, and what they were paid. */
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import type { Person } from "./MinerStrategy.ts"

export interface StrategyIncome {
  /** Miners who follow the strategy. */
  miners: number
  /** Competitions that started with one of them, counted once for each competitor. */
  started: number
  /** In rao. */
  paid: bigint
}

/** Counts from now on; the returned function sums by strategy. */
export const countIncome = ({ ledger, population }: SimulatedNetwork, people: ReadonlyArray<Person>) => {
  const byHotkey = new Map<AccountAddress, { started: number; paid: bigint }>()
  const incomeOf = (hotkey: AccountAddress) => {
    const known = byHotkey.get(hotkey) ?? { started: 0, paid: 0n }
    byHotkey.set(hotkey, known)
    return known
  }
  ledger.onSent(({ events }) => {
    for (const event of events) {
      if (event._tag === "CompetitionStarted") for (const { hotkey } of [event.a, event.b]) incomeOf(hotkey).started += 1
      if (event._tag === "BountyPaid") incomeOf(event.hotkey).paid += event.amount
    }
  })
  return (): ReadonlyMap<string, StrategyIncome> => {
    const all = new Map<string, StrategyIncome>()
    const at = (name: string) => {
      const known = all.get(name) ?? { miners: 0, started: 0, paid: 0n }
      all.set(name, known)
      return known
    }
    for (const { strategy } of people) at(strategy.name).miners += 1
    for (const [hotkey, { paid, started }] of byHotkey) {
      const miner = population.minerOf(hotkey)
      if (miner === undefined) continue
      at(miner.person.strategy.name).started += started
      at(miner.person.strategy.name).paid += paid
    }
    return all
  }
}
