/** Audits an epoch: prints the values that its reports result in, and one line per finding. */

import { Effect, Layer, Option } from "effect"
import { auditEpoch, type EpochAudit } from "../../consensus/audit/auditEpoch.ts"
import { finalisedState } from "../../consensus/audit/chainEpochStates.ts"
import type { Finding } from "../../consensus/audit/findings.ts"
import { indexedState } from "../../consensus/audit/indexApi.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { OperationFailed } from "../../domain/failures.ts"
import * as PeerReports from "../../layers/chain/axon/reports/PeerReports.ts"
import * as RosterSigner from "../../layers/chain/roster/RosterSigner.ts"
import { bold, print, red, table } from "../../layers/machine/terminal/output.ts"
import { settledValues } from "../../rules/consensus/divergence.ts"
import { percentOf } from "../../story/figures.ts"
import { chainLayer, contractLayer, type Network } from "../shared/chainServices.ts"
import type { RosterSource } from "../shared/rosterSource.ts"
import * as Weighing from "../shared/weighing.ts"

interface AuditOptions {
  readonly epoch: number
  readonly validator: Option.Option<AccountAddress>
  readonly network: Network
  readonly contract: Option.Option<AccountAddress>
  /** URL of an index to read from in place of a node. */
  readonly index: Option.Option<string>
  readonly roster: Option.Option<RosterSource>
  /** Also recomputes the scores of records. */
  readonly rescore: boolean
  readonly json: boolean
}

const findingLine = ({ severity, kind, validator, text }: Finding): string =>
  `${severity === "wrong" ? red("✗") : "·"} ${kind}: ${validator === null ? "" : `${validator}: `}${text}`

/** What each UID earned, with the resulting weights after blending with the other pools. */
const uidTable = ({ cells, weights }: EpochAudit): ReadonlyArray<string> => {
  const due = new Map(weights?.uids.map((uid, index) => [uid, weights.values[index] ?? 0]))
  const values = settledValues({ cells })
  const uids = [...new Set([...values.keys(), ...due.keys()])].toSorted((one, other) => one - other)
  const rows = uids.map((uid) => [String(uid), String(values.get(uid) ?? 0), weights === null ? "-" : String(due.get(uid) ?? 0)])
  return rows.length === 0 ? [] : ["", ...table([["UID", "millionths of a point", "weight"], ...rows])]
}

const linesOf = (audit: EpochAudit): ReadonlyArray<string> => {
  const { epoch, netuid, block, end, reportingStake, totalStake, quorum, reports, rescored, unclear, findings } = audit
  const counted = reports.filter(({ report }) => report !== null).length
  return [
    bold(`epoch ${epoch} of subnet ${netuid}, blocks ${block} to ${end}`),
    `${counted} of ${reports.length} validators' reports count, of ${percentOf(reportingStake, totalStake)} of the stake: ${quorum ? "a quorum" : "no quorum"}`,
    ...(rescored === null || unclear === null
      ? []
      : [
          `${rescored} records of pull requests were scored again${unclear.of === 0 ? "" : `; of their points, ${percentOf(BigInt(unclear.points), BigInt(unclear.of))} stay unclear`}`
        ]),
    "",
    ...table([
      ["validator", "stake", "report", "given by"],
      ...reports.map(({ hotkey, stake, report, givers }) => [
        hotkey,
        percentOf(stake, totalStake),
        report === null ? "none" : `${report.slice(0, 8)}…`,
        String(givers.length)
      ])
    ]),
    ...uidTable(audit),
    "",
    ...(findings.length === 0 ? ["nothing found"] : findings.map(findingLine))
  ]
}

const stateOf = ({ epoch, network, contract, index }: AuditOptions) =>
  Option.isSome(index)
    ? indexedState(index.value, epoch)
    : Option.match(contract, {
        onNone: () =>
          finalisedState(epoch, Weighing.withoutContract).pipe(
            Effect.provide(Layer.provideMerge(RosterSigner.layerOfOwner, chainLayer(network)))
          ),
        onSome: (address) =>
          finalisedState(epoch, Weighing.withContract).pipe(Effect.provide(contractLayer({ network, contract: address })))
      })

/** Audits and recomputes the scores of records. Loads the parser. */
const withRecords = Effect.fn("auditWithRecords")(function* (options: AuditOptions) {
  const { layer, rescoring } = yield* Effect.promise(() => import("./rescoring.ts"))
  const { validator, roster } = options
  return yield* auditEpoch({
    state: stateOf(options),
    validator: Option.getOrUndefined(validator),
    rescoring: yield* rescoring(roster)
  }).pipe(Effect.provide(layer))
})

const withoutRecords = (options: AuditOptions) =>
  auditEpoch({ state: stateOf(options), validator: Option.getOrUndefined(options.validator), rescoring: undefined })

export const run = (options: AuditOptions) => {
  const { roster, rescore, json } = options
  return (rescore ? withRecords(options) : withoutRecords(options)).pipe(
    Effect.provide(Layer.merge(PeerReports.layer, Weighing.layer(roster))),
    Effect.tap((audit) => print(json, audit, linesOf)),
    Effect.flatMap(({ findings }) => {
      const wrong = findings.filter(({ severity }) => severity === "wrong").length
      return wrong === 0 ? Effect.void : new OperationFailed({ message: wrong === 1 ? "1 finding" : `${wrong} findings` })
    })
  )
}
