/** Watches what the hotkey has for fees, so that nobody finds out when it has nothing left. */
import { Duration, Effect, Ref, Schedule } from "effect"
import { daysLeft, feesTrouble, topUp, USUAL_DAY } from "../../../domain/fees.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { BLOCKS_PER_DAY } from "../../../elo/RatingRules.ts"
import { Chain } from "../../../layers/chain/node/Chain.ts"
import { freeBalanceOf } from "../../../layers/chain/node/funds.ts"
import { set, setTotal } from "../../../layers/machine/telemetry/metrics.ts"
import { Concerns } from "../Concerns.ts"

const CHECK_INTERVAL = Duration.minutes(5)

/** How many blocks of fees are needed before they tell what a day costs: a quarter of a day. */
const MEASURED_BLOCKS = BLOCKS_PER_DAY / 4

/** The fees that this process has paid up to a block, in rao. */
interface Paid {
  readonly block: number
  readonly total: bigint
}

/** The fees of a day, in rao, estimated from those of the last day. Undefined: the process has not run long enough. */
const dailyOf = ([first]: ReadonlyArray<Paid>, now: Paid): bigint | undefined =>
  first === undefined || now.block - first.block < MEASURED_BLOCKS
    ? undefined
    : ((now.total - first.total) * BigInt(BLOCKS_PER_DAY)) / BigInt(now.block - first.block)

/** Looks now and then, for ever. */
export const watchFees = ({ address }: KeyPair) =>
  Effect.gen(function* () {
    const [chain, { report }] = yield* Effect.all([Chain, Concerns])
    const lastDay = yield* Ref.make<ReadonlyArray<Paid>>([])
    const look = Effect.gen(function* () {
      const head = yield* chain.finalisedHead
      const free = yield* freeBalanceOf(address, head)
      const now: Paid = { block: head.number, total: yield* chain.feesPaid }
      const seen = yield* Ref.updateAndGet(lastDay, (all) => [...all.filter(({ block }) => block >= head.number - BLOCKS_PER_DAY), now])
      const daily = dailyOf(seen, now)
      const days = daysLeft(free, daily ?? USUAL_DAY)
      yield* set("gittensor_hotkey_balance_rao", Number(free))
      yield* setTotal("gittensor_fees_paid_rao_total", Number(now.total))
      if (days !== undefined) yield* set("gittensor_fees_days_left", days)
      const trouble = feesTrouble(free, daily)
      yield* report("fees", trouble && `the hotkey ${address} ${trouble}: send it ${topUp(free, daily)}`)
    })
    // A chain that does not answer is a concern of others.
    yield* Effect.repeat(Effect.ignore(look), Schedule.spaced(CHECK_INTERVAL))
  })
