/** Two epochs that three validators measured and a fourth did not. In the second epoch, the third validator copies the first epoch's consensus. */

import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { Electorate } from "../../../src/domain/Electorate.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import type { Report } from "../../../src/domain/Report.ts"
import { settlementOf } from "../../../src/rules/consensus/settlementOf.ts"
import { hotkey } from "../rules/world.ts"
import { minersWith, report, said, validator } from "../validator/reports.ts"

export const own: KeyPair = validator
export const peer: KeyPair = fromSeed(new Uint8Array(32).fill(201))
export const copier: KeyPair = fromSeed(new Uint8Array(32).fill(202))
const silent: KeyPair = fromSeed(new Uint8Array(32).fill(203))

export const FIRST = 3

const voter = ({ address }: KeyPair, stake: bigint) => ({ hotkey: address, stake, axon: null })

const electorate: Electorate = {
  voters: [voter(own, 40n), voter(peer, 35n), voter(copier, 25n), voter(silent, 30n)],
  neurons: [0, 1, 2, 3].map((uid) => ({ uid, hotkey: hotkey(uid), consensus: 0 }))
}

/** `values`: by UID from 1 on, in thousandths of a point. */
const reportBy = (author: KeyPair, epoch: number, ...values: ReadonlyArray<number>): Report => ({
  ...report(epoch),
  validator: author.address,
  ...said(
    minersWith(values.flatMap((value, index) => (value === 0 ? [] : [{ uid: index + 1, hotkey: hotkey(index + 1), value: 1_000 * value }])))
  )
})

/** The reports of an epoch: those of `FIRST` differ from those of all later epochs. */
export const reportsOf = (epoch: number): ReadonlyMap<AccountAddress, Report> =>
  new Map(
    (epoch === FIRST
      ? [reportBy(own, epoch, 600, 400), reportBy(peer, epoch, 610, 390), reportBy(copier, epoch, 590, 410)]
      : [reportBy(own, epoch, 300, 400, 300), reportBy(peer, epoch, 310, 390, 300), reportBy(copier, epoch, 600, 400)]
    ).map((one) => [one.validator, one])
  )

const settledWith = (epoch: number, reports: ReadonlyMap<AccountAddress, Report>) =>
  settlementOf({ index: epoch, firstBlock: 360 * epoch }, "0".repeat(64), electorate, reports, undefined).settlement

export const settled = (epoch: number) => settledWith(epoch, reportsOf(epoch))
