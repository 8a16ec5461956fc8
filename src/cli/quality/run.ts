/** Shows and prunes the durable work in a database. */
import { Duration, Effect, type Redacted } from "effect"
import * as Executions from "../../quality/executions.ts"
import * as WorkDatabase from "../../quality/WorkDatabase.ts"
import { print, table } from "../../terminal/output.ts"

interface Given {
  readonly workDatabase: Redacted.Redacted<string>
  readonly json: boolean
}

const inWords = ({ where, workers, workflows, rows }: Executions.WorkState & { readonly where: string }): ReadonlyArray<string> => [
  where,
  ...(workers.length === 0 ? ["no workers: start `gittensor work`"] : []),
  ...table(workers.map(({ address, healthy }) => ["worker", address, healthy ? "healthy" : "does not answer"])),
  ...table(workflows.map(({ workflow, unfinished, finished }) => [workflow, `${unfinished} unfinished`, `${finished} finished`])),
  `${rows} rows`
]

export const status = ({ workDatabase, json }: Given) =>
  Effect.gen(function* () {
    const { where } = yield* WorkDatabase.WorkDatabase
    const state = yield* Executions.workState
    yield* print(json, { where, ...state }, inWords)
  }).pipe(Effect.provide(WorkDatabase.layer(workDatabase)))

export const prune = ({ workDatabase, days, json }: Given & { readonly days: number }) =>
  Effect.gen(function* () {
    const forgotten = yield* Executions.prune(Duration.days(days))
    const { rows } = yield* Executions.workState
    yield* print(json, { forgotten, rows }, () => [
      `${forgotten} finished ${forgotten === 1 ? "execution" : "executions"} forgotten; ${rows} rows are left`
    ])
  }).pipe(Effect.provide(WorkDatabase.layer(workDatabase)))
