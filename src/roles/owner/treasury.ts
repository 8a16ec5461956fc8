/** The treasury's balances, and the accounts that could move them. */
import { Effect } from "effect"
import { bookedOf } from "../../contract-client/books.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { treasuryState } from "../../domain/TreasuryTrouble.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { accessToTreasury } from "../../layers/chain/contract/treasuryProxies.ts"
import { troublesOfTreasury, withoutAccess } from "../../layers/chain/contract/treasuryTroubles.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"

/** The contract's books and the treasury's proxies at the finalised head, with warnings. */
export const lookAtTreasury = Effect.fn("owner.lookAtTreasury")(function* () {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const head = yield* chain.finalisedHead
  const [config, books] = yield* Effect.all([contract.read("config", {}, head), contract.read("treasury", {}, head)], { concurrency: 2 })
  const { treasuryHotkey, treasuryColdkey } = config
  const { proxies, warnings: dangers } = yield* accessToTreasury(config, contract.address, head)
  const troubles = yield* troublesOfTreasury(config, head)
  const access = yield* withoutAccess(config, contract.address, head)
  const booked = bookedOf(books)
  const warnings = [
    ...(books.held < booked
      ? [`the contract holds ${formatAlpha(books.held)} alpha, less than the ${formatAlpha(booked)} alpha that it has booked`]
      : []),
    ...dangers,
    ...[...troubles, ...(access === undefined ? [] : [access])].map(({ why, helps }) => `${why}; ${helps}`)
  ]
  const { earns, pays } = treasuryState(troubles)
  const turnsFrom = books.agedAt + config.recycleAfter
  return {
    block: head.number,
    contract: contract.address,
    treasuryHotkey,
    treasuryColdkey,
    books,
    turnsFrom,
    earns,
    pays,
    proxies,
    warnings
  }
})
