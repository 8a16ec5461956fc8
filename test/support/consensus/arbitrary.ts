/** Random epochs: a few neurons, validators with stakes of every size, reports with gaps, nulls and foreign hotkeys. */
import { Schema } from "effect"
import * as fc from "fast-check"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { Cell, ReportedMiner } from "../../../src/domain/Report.ts"
import type { ReportedScores } from "../../../src/rules/consensus/settlementOf.ts"
import { said } from "../validator/reports.ts"

/** Names stand for addresses. */
export const named = (name: string): AccountAddress => Schema.NonEmptyString.pipe(Schema.brand("AccountAddress")).make(name)

/** Many equal and tiny stakes, so that ties and exact thirds occur, and some of more than 53 bits. */
const stake = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt(0n, 4n) },
  { weight: 1, arbitrary: fc.bigInt(0n, 1_000_000n) },
  { weight: 2, arbitrary: fc.bigInt(2n ** 62n, 2n ** 64n - 1n) }
)

const value = fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 2, arbitrary: fc.nat(1_000_000) })

/** Places of cells, sorted. */
const PLACES = [
  { repository: "a/b", side: "author" },
  { repository: "a/b", side: "finder" },
  { repository: "a/c", side: "author" }
] as const satisfies ReadonlyArray<Pick<Cell, "repository" | "side">>

const cell = (measured: boolean) =>
  fc.record({
    sum: measured ? value : fc.option(value, { freq: 5 }),
    less: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: value }),
    full: value
  })

/** A report's entries for UIDs from 1 on. */
const miners = (width: number, measured: boolean): fc.Arbitrary<ReadonlyArray<ReportedMiner>> =>
  fc
    .array(
      fc.record({
        cells: measured
          ? fc.subarray([...PLACES]).chain((places) => fc.tuple(fc.constant(places), fc.array(cell(true), { minLength: 3, maxLength: 3 })))
          : fc.option(
              fc
                .subarray([...PLACES])
                .chain((places) => fc.tuple(fc.constant(places), fc.array(cell(false), { minLength: 3, maxLength: 3 }))),
              { freq: 6 }
            ),
        isForeign: measured ? fc.constant(false) : fc.nat(8).map((one) => one === 0)
      }),
      { minLength: width, maxLength: width }
    )
    .map((all) =>
      all.map(({ cells, isForeign }, index) => ({
        uid: index + 1,
        hotkey: named(isForeign ? "somebody" : `miner ${index + 1}`),
        cells: cells === null ? null : cells[0].map((place, at) => ({ ...place, sum: null, less: 0, full: 0, ...cells[1][at] }))
      }))
    )

export interface RandomEpoch {
  readonly voters: ReadonlyArray<{ readonly hotkey: AccountAddress; readonly stake: bigint }>
  readonly neurons: ReadonlyArray<{ readonly uid: number; readonly hotkey: AccountAddress }>
  readonly reports: ReadonlyMap<AccountAddress, ReportedScores>
}

/** `measured`: every voter reports, and has a number in every cell. */
export const epochs = ({ measured }: { readonly measured: boolean }): fc.Arbitrary<RandomEpoch> =>
  fc.integer({ min: 0, max: 4 }).chain((width) =>
    fc
      .array(fc.record({ stake, miners: measured ? miners(width, true) : fc.option(miners(width, false), { freq: 6 }) }), {
        minLength: 1,
        maxLength: 9
      })
      .map((all) => {
        const voters = all.map(({ stake }, index) => ({ hotkey: named(`validator ${(index * 7) % 11}`), stake }))
        return {
          voters,
          neurons: Array.from({ length: width + 1 }, (_, uid) => ({ uid, hotkey: named(`miner ${uid}`) })),
          reports: new Map(
            voters.flatMap(({ hotkey }, index) => {
              const own = all[index]?.miners ?? null
              return own === null ? [] : [[hotkey, said(own)] as const]
            })
          )
        }
      })
  )

/** The longest run of voters from `start` on that holds less than a third of all stake. */
export const lessThanAThird = ({ voters }: Pick<RandomEpoch, "voters">, start: number): ReadonlySet<string> => {
  const total = voters.reduce((sum, voter) => sum + voter.stake, 0n)
  const chosen = new Set<string>()
  let held = 0n
  for (let step = 0; step < voters.length; step++) {
    const voter = voters[(start + step) % voters.length]
    if (voter === undefined || 3n * (held + voter.stake) >= total) continue
    held += voter.stake
    chosen.add(voter.hotkey)
  }
  return chosen
}
