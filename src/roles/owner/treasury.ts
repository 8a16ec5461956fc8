/** Where the treasury's money is, and who could move it. */
import { Effect } from "effect"
import { bookedOf } from "../../contract-client/books.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import { Chain } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { accessToTreasury } from "../../layers/contract/treasuryProxies.ts"
import { Subnet } from "../../layers/subnet/Subnet.ts"

/** The contract's books and the treasury's proxies at the finalised head, with warnings. */
export const lookAtTreasury = Effect.fn("owner.lookAtTreasury")(function* () {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const head = yield* chain.finalisedHead
  const [config, books, metagraph] = yield* Effect.all(
    [contract.read("config", {}, head), contract.read("treasury", {}, head), subnet.metagraph(head)],
    { concurrency: 3 }
  )
  const { treasuryHotkey, treasuryColdkey } = config
  const { proxies, warnings: dangers } = yield* accessToTreasury(config, contract.address, head)
  const booked = bookedOf(books)
  const warnings = [
    ...(books.held < booked
      ? [`the contract holds ${formatAlpha(books.held)} alpha, less than the ${formatAlpha(booked)} alpha that it has booked`]
      : []),
    ...dangers,
    ...(neuronOf(metagraph, treasuryHotkey) === undefined
      ? [
          `the treasury's hotkey is not registered on subnet ${subnet.netuid}: it earns nothing; make another with "gittensor owner new-treasury"`
        ]
      : [])
  ]
  return { block: head.number, contract: contract.address, treasuryHotkey, treasuryColdkey, books, proxies, warnings }
})
