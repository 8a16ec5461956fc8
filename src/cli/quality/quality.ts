/** Shows and changes a validator's durable workflows: in its data folder, or in the database that it shares with workers. */
import { Duration, Effect, Option } from "effect"
import { OperationFailed } from "../../domain/failures.ts"
import { parse } from "../../domain/PullRequestRef.ts"
import { type DuelRecord, duelName } from "../../domain/quality/DuelRecord.ts"
import type { QualityState } from "../../domain/quality/QualityRecord.ts"
import { print, table } from "../../layers/machine/terminal/output.ts"
import { pathIn } from "../../layers/storage/dataFolder/dataFolder.ts"
import * as Executions from "../../layers/storage/durable/executions.ts"
import { Artefacts, artefactsPlace, layerConfig } from "../../layers/storage/objects/Artefacts.ts"
import { DuelTables, layer as duelTables } from "../../quality/store/DuelTables.ts"
import { type FoundHead, hasEnded, QualityTables } from "../../quality/store/QualityRecords.ts"
import { inPlace, type WorkPlace } from "./place.ts"

interface HeadLine {
  readonly pullRequest: string
  readonly commit: string
  readonly issue: number
  readonly state: QualityState
  readonly attempt: number
  readonly reason: string | null
  readonly since: string
}

const lineOf = ({ attempt, record: { head, state, reason, at } }: FoundHead): HeadLine => ({
  pullRequest: `${head.repository}#${head.number}`,
  commit: head.commit,
  issue: head.issue,
  state,
  attempt,
  reason,
  since: new Date(at).toISOString()
})

const headLines = (heads: ReadonlyArray<HeadLine>): ReadonlyArray<string> =>
  table(
    heads.map(({ pullRequest, commit, state, attempt, reason, since }) => [
      pullRequest,
      commit.slice(0, 7),
      attempt === 1 ? state : `${state}, attempt ${attempt}`,
      since,
      reason ?? ""
    ])
  )

interface Status extends Executions.WorkState {
  readonly where: string
  readonly heads: Readonly<Record<string, number>>
  /** Heads that are not judged yet, and those that failed. */
  readonly open: ReadonlyArray<HeadLine>
  /** The newest duels, newest first. */
  readonly duels: ReadonlyArray<DuelLine>
}

interface DuelLine {
  readonly pullRequests: string
  readonly issue: number
  /** `open`: unfinished. Otherwise the winner, `draw`, `none` or `failed`. */
  readonly result: string
  readonly reason: string | null
  readonly begun: string
}

/** Number of duels shown. */
const DUELS = 20

const duelLineOf = ({ pair, outcome, reason, begunAt, endedAt }: DuelRecord): DuelLine => ({
  pullRequests: duelName(pair),
  issue: pair.issue,
  result: endedAt === null ? "open" : (outcome?.result ?? "failed"),
  reason: outcome?.why ?? reason,
  begun: new Date(begunAt).toISOString()
})

const inWords =
  (isShared: boolean) =>
  ({ where, workers, workflows, heads, open, duels, rows }: Status): ReadonlyArray<string> => [
    where,
    ...(isShared && workers.length === 0 ? ["no workers: start `gittensor work`"] : []),
    ...table(workers.map(({ address, healthy }) => ["worker", address, healthy ? "healthy" : "does not answer"])),
    ...table(
      workflows.map(({ workflow, unfinished, finished, since }) => [
        workflow,
        `${unfinished} unfinished${since === null ? "" : `, since ${new Date(since).toISOString()}`}`,
        `${finished} finished`
      ])
    ),
    ...table(Object.entries(heads).map(([state, count]) => ["heads", state, String(count)])),
    ...headLines(open),
    ...table(duels.map(({ pullRequests, result, begun, reason }) => ["duel", pullRequests, result, begun, reason ?? ""])),
    `${rows} rows`
  ]

export const status = (given: WorkPlace) =>
  inPlace(given)((where) =>
    Effect.gen(function* () {
      const found = yield* (yield* QualityTables).heads
      const state = yield* Executions.workState
      const heads: Record<string, number> = {}
      for (const { record } of found) heads[record.state] = (heads[record.state] ?? 0) + 1
      const open = found.filter(({ record }) => !hasEnded(record) || record.state === "failed").map(lineOf)
      const duels = (yield* (yield* DuelTables).newest(DUELS)).map(duelLineOf)
      const document: Status = { where, ...state, heads, open, duels }
      yield* print(given.json, document, inWords(Option.isSome(given.workDatabase)))
    }).pipe(Effect.provide(duelTables))
  )

interface GivenHead extends WorkPlace {
  readonly pullRequest: string
}

/** The newest head of a pull request. */
const newestHead = (text: string) =>
  Effect.gen(function* () {
    const ref = yield* parse(text)
    const all = yield* (yield* QualityTables).heads
    const found = all.findLast(
      ({ record: { head } }) => head.number === ref.number && head.repository.toLowerCase() === ref.repository.toLowerCase()
    )
    return (
      found ??
      (yield* new OperationFailed({
        message: `no head of ${String(ref)} was seen: the validator takes in the pull requests of running matches`
      }))
    )
  })

export const retry = (given: GivenHead) =>
  inPlace(given)(() =>
    Effect.gen(function* () {
      const found = yield* newestHead(given.pullRequest)
      const { pullRequest, state, attempt } = lineOf(found)
      if (!(yield* (yield* QualityTables).retry(found)))
        return yield* new OperationFailed({
          message: `${pullRequest} is ${state}: only what failed, or was done without its tests, is tried again`
        })
      yield* print(given.json, { pullRequest, attempt: attempt + 1 }, () => [
        `${pullRequest} is judged again: the validator submits attempt ${attempt + 1} after its next snapshot of GitHub`
      ])
    })
  )

export const cancel = (given: GivenHead) =>
  inPlace(given)(() =>
    Effect.gen(function* () {
      const found = yield* newestHead(given.pullRequest)
      const { pullRequest, state, attempt } = lineOf(found)
      if (!(yield* (yield* QualityTables).cancel(found)))
        return yield* new OperationFailed({ message: `${pullRequest} is ${state}: there is nothing to cancel` })
      yield* print(given.json, { pullRequest, attempt }, () => [`${pullRequest} is cancelled: a step that runs ends within ten seconds`])
    })
  )

/** Deletes old artefacts. Null: no artefacts are stored here. */
const pruneArtefacts = ({ data, workDatabase, days }: WorkPlace & { readonly days: number }) =>
  Effect.gen(function* () {
    const isShared = Option.isSome(workDatabase)
    if (isShared && Option.isNone(yield* artefactsPlace)) return null
    const folder = pathIn(isShared ? "." : Option.getOrElse(data, () => "."), "artefacts")
    return yield* Effect.gen(function* () {
      const { prune, where } = yield* Artefacts
      return { deleted: yield* prune(Duration.days(days)), where }
    }).pipe(Effect.provide(layerConfig(folder)))
  })

export const prune = (given: WorkPlace & { readonly days: number }) =>
  inPlace(given)(() =>
    Effect.gen(function* () {
      const forgotten = yield* Executions.prune(Duration.days(given.days))
      const artefacts = yield* pruneArtefacts(given)
      const { rows } = yield* Executions.workState
      yield* print(given.json, { forgotten, rows, artefacts }, () => [
        `${forgotten} finished ${forgotten === 1 ? "execution" : "executions"} forgotten; ${rows} rows are left`,
        ...(artefacts === null
          ? []
          : [`${artefacts.deleted} ${artefacts.deleted === 1 ? "artefact" : "artefacts"} deleted in ${artefacts.where}`])
      ])
    })
  )
