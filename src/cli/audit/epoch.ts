/** Auditing an epoch: prints what follows from its reports, and one line for each finding. */
import { Effect, Layer, Option } from "effect"
import { auditEpoch, type BlendedAt, type EpochAudit } from "../../consensus/audit/auditEpoch.ts"
import type { Finding } from "../../consensus/audit/findings.ts"
import { rewardsOfChampions } from "../../consensus/rewardsOfChampions.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { ppmOfKind } from "../../domain/Emission.ts"
import * as PeerReports from "../../layers/axon/reports/PeerReports.ts"
import * as Rosters from "../../layers/roster/Rosters.ts"
import { getRewardsForIssueCompetitions } from "../../scoring/issue_competitions/getRewardsForIssueCompetitions.ts"
import { blend } from "../../scoring/weights/blend.ts"
import { fitting } from "../../scoring/weights/conform.ts"
import { nothingScored, type Rewards, scored } from "../../scoring/weights/rewards.ts"
import { percent } from "../../terminal/figures.ts"
import { bold, print, red, table } from "../../terminal/output.ts"
import { chainLayer, contractLayer, type Network } from "../shared/chainServices.ts"
import { AuditFindings } from "./AuditFindings.ts"

export interface AuditEpochOptions {
  readonly epoch: number
  readonly validator: Option.Option<AccountAddress>
  readonly network: Network
  readonly contract: Option.Option<AccountAddress>
  readonly roster: Option.Option<string>
  readonly json: boolean
}

const blended =
  ({ metagraph, rules, emission }: BlendedAt, others: Omit<Parameters<typeof blend>[0], "oss_contributions">) =>
  (rewards: Rewards) =>
    fitting(blend({ ...others, oss_contributions: scored(rewards) }, emission), {
      ...rules,
      neurons: metagraph.neurons.length
    })

const withContract = Effect.fn("auditWithContract")(function* (facts: BlendedAt) {
  const { epoch, metagraph, emission } = facts
  const issue_competitions = yield* getRewardsForIssueCompetitions(metagraph, metagraph.block)
  return blended(facts, { issue_competitions, champions: scored(yield* rewardsOfChampions(epoch, metagraph, emission)) })
})

/** Without the contract, the shares of the treasury and of the champions are not known to go to anybody. */
const withoutContract = (facts: BlendedAt) => {
  const none = nothingScored("it has no share")
  return Effect.succeed(
    ppmOfKind(facts.emission, "issue_competitions") + ppmOfKind(facts.emission, "champions") === 0
      ? blended(facts, { issue_competitions: none, champions: none })
      : { missing: "the shares of the competitions and of their champions depend on the contract: give its address with --contract" }
  )
}

const findingLine = ({ severity, kind, validator, text }: Finding): string =>
  `${severity === "wrong" ? red("✗") : "·"} ${kind}: ${validator === null ? "" : `${validator}: `}${text}`

/** What follows from the reports, UID by UID, with the weights that it makes together with the other pools. */
const uidTable = ({ aggregate, weights }: EpochAudit): ReadonlyArray<string> => {
  const due = new Map(weights?.uids.map((uid, index) => [uid, weights.values[index] ?? 0]))
  const values = new Map(aggregate.map((value) => [value.uid, value]))
  const uids = [...new Set([...values.keys(), ...due.keys()])].toSorted((one, other) => one - other)
  const rows = uids.flatMap((uid) => {
    const { value = 0, ppm = 0, source = "" } = values.get(uid) ?? {}
    return value === 0 && ppm === 0 && !due.has(uid)
      ? []
      : [[String(uid), String(value), source, String(ppm), weights === null ? "-" : String(due.get(uid) ?? 0)]]
  })
  return rows.length === 0 ? [] : ["", ...table([["UID", "value", "from", "part in ppm", "weight"], ...rows])]
}

const linesOf = (audit: EpochAudit): ReadonlyArray<string> => {
  const { epoch, netuid, block, end, reportingStake, totalStake, quorum, reports, findings } = audit
  const counted = reports.filter(({ report }) => report !== null).length
  return [
    bold(`epoch ${epoch} of subnet ${netuid}, blocks ${block} to ${end}`),
    `${counted} of ${reports.length} validators' reports count, of ${percent(reportingStake, totalStake)} of the stake: ${quorum ? "a quorum" : "no quorum"}`,
    "",
    ...table([
      ["validator", "stake", "report", "given by"],
      ...reports.map(({ hotkey, stake, report, givers }) => [
        hotkey,
        percent(stake, totalStake),
        report === null ? "none" : `${report.slice(0, 8)}…`,
        String(givers.length)
      ])
    ]),
    ...uidTable(audit),
    "",
    ...(findings.length === 0 ? ["nothing found"] : findings.map(findingLine))
  ]
}

export const auditEpochOf = ({ epoch, validator, network, contract, roster, json }: AuditEpochOptions) => {
  const request = { epoch, validator: Option.getOrUndefined(validator) }
  const services = Layer.mergeAll(
    PeerReports.layer,
    Option.match(roster, { onNone: () => Rosters.layerBuiltIn, onSome: Rosters.layerPath })
  )
  return Option.match(contract, {
    onNone: () => auditEpoch({ ...request, blending: withoutContract }).pipe(Effect.provide(services), Effect.provide(chainLayer(network))),
    onSome: (address) =>
      auditEpoch({ ...request, blending: withContract }).pipe(
        Effect.provide(services),
        Effect.provide(contractLayer({ network, contract: address }))
      )
  }).pipe(
    Effect.tap((audit) => print(json, audit, linesOf)),
    Effect.flatMap(({ findings }) => {
      const wrong = findings.filter(({ severity }) => severity === "wrong").length
      return wrong === 0 ? Effect.void : new AuditFindings({ findings: wrong, wrong: 1, cases: 1 })
    })
  )
}
