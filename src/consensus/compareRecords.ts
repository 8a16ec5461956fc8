/**
 * Compares the records that others have shown of the epoch before with what this validator measured itself in that epoch and its neighbours. Asks nobody. Who
 * showed a record that differs does not count in the present epoch here.
 */
import { Effect } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import type { DrawFault } from "../domain/ChallengeFinding.ts"
import { covers, placeIn } from "../domain/Opening.ts"
import type { Report } from "../domain/Report.ts"
import type { ShownRecords } from "../domain/ShownRecords.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import { Openings } from "../layers/storage/dataFolder/Openings.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../layers/storage/dataFolder/Reports.ts"
import { drawnPoints, type LeafRules } from "../rules/consensus/challenge.ts"
import { comparedWithOwn, type OwnEpoch, type OwnEpochs } from "../rules/consensus/ownRecords.ts"
import type { Collection } from "./Collection.ts"
import { holdAgainst } from "./challengeFindings.ts"

const ownEpoch = Effect.fn("ownEpoch")(function* (epoch: number) {
  const reports = yield* Reports
  const [report, measured] = [yield* reports.read(epoch), yield* reports.lastMiners(epoch)]
  if (report === undefined || measured?.epoch !== epoch) return undefined
  const own: OwnEpoch = { ...measured, roster: report.body.roster }
  return own
})

/** What this validator measured in an epoch and its neighbours. */
const ownEpochs = Effect.fn("ownEpochs")(function* (epoch: number) {
  const found: OwnEpochs = [yield* ownEpoch(epoch - 1), yield* ownEpoch(epoch), yield* ownEpoch(epoch + 1)]
  return found
})

/** How many epochs from which records were kept are looked up in a pass: those that most shown records name. Each is read whole. */
const KEPT_EPOCHS = 4

/** The epochs from which these records were kept, the most frequent ones. */
const keptIn = (shown: ReadonlyArray<ShownRecords>): ReadonlyArray<number> => {
  const times = new Map<number, number>()
  for (const { openings } of shown)
    for (const { kept } of openings.map(({ record }) => record)) if (kept !== null) times.set(kept, (times.get(kept) ?? 0) + 1)
  return [...times]
    .toSorted(([, few], [, many]) => many - few)
    .slice(0, KEPT_EPOCHS)
    .map(([epoch]) => epoch)
}

const UNKNOWN: OwnEpochs = [undefined, undefined, undefined]

interface Known {
  readonly ofEpoch: (epoch: number) => OwnEpochs
  /** The roster of a validator's report of an earlier epoch. */
  readonly rosterOf: (epoch: number, validator: AccountAddress) => string | undefined
  readonly rules: LeafRules
}

/** The faults of the records that a report shows, as far as these epochs are known. */
const faultsBy = (report: Report, { seed, openings }: ShownRecords, { ofEpoch, rosterOf, rules }: Known): ReadonlyArray<DrawFault> => {
  const points = drawnPoints(report, seed, rules)
  return openings.flatMap((opening): ReadonlyArray<DrawFault> => {
    const { record } = opening
    const place = placeIn(opening, report)
    const draw = points.findIndex((point) => place !== undefined && covers(opening, place, point))
    const hotkey = report.miners.find(({ uid }) => uid === record.uid)?.hotkey
    const before = ofEpoch(record.kept ?? report.epoch)
    const rosterThen =
      record.kept === null ? undefined : (rosterOf(record.kept, report.validator) ?? rosterOf(record.kept - 1, report.validator))
    const shown = { record, hotkey, epoch: report.epoch, roster: report.roster, rosterThen }
    const difference = comparedWithOwn(shown, { around: ofEpoch(report.epoch), before }, rules)?.difference
    return draw < 0 || difference === null || difference === undefined ? [] : [{ draw, fault: "wrong", why: difference }]
  })
}

/** One pass over the reports of the epoch before, each of which is compared once, when this validator has measured the present epoch. */
export const compareRecords = Effect.fn("compareRecords")(function* (collection: Collection, own: AccountAddress, rules: LeafRules) {
  const [reports, archive, openings, challenges] = yield* Effect.all([Reports, PeerArchive, Openings, Challenges])
  const epoch = collection.epoch.index - 1
  const shown = [...(yield* openings.of(epoch)).values()].filter(({ validator }) => validator !== own)
  const wanted = yield* Effect.filter(shown, ({ validator }) =>
    Effect.map(challenges.isMarked(epoch, validator, "compared"), (isDone) => !isDone)
  )
  if (wanted.length === 0 || (yield* reports.read(epoch + 1)) === undefined) return
  const bodies = new Map([...(yield* archive.of(epoch))].map(([hotkey, { body }]) => [hotkey, body]))
  const keptEpochs = keptIn(wanted)
  const epochs = new Set([epoch, ...keptEpochs])
  const known = new Map(yield* Effect.forEach(epochs, (one) => Effect.map(ownEpochs(one), (found) => [one, found] as const)))
  const rosters = new Map(
    yield* Effect.forEach(new Set(keptEpochs.flatMap((one) => [one, one - 1])), (one) =>
      Effect.map(archive.of(one), (all) => [one, new Map([...all].map(([hotkey, { body }]) => [hotkey, body.roster]))] as const)
    )
  )
  for (const one of wanted) {
    const report = bodies.get(one.validator)
    const faults =
      report?.roster !== collection.roster
        ? []
        : faultsBy(report, one, {
            ofEpoch: (at) => known.get(at) ?? UNKNOWN,
            rosterOf: (at, validator) => rosters.get(at)?.get(validator),
            rules
          })
    if (report !== undefined)
      yield* holdAgainst(
        report,
        one.seed,
        faults.toSorted((left, right) => left.draw - right.draw)
      )
    yield* challenges.mark(epoch, one.validator, "compared")
  }
})
