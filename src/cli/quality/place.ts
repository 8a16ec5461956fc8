/** Selects the storage of a validator's durable workflows: its data folder, or the database that it shares with workers. */
import { existsSync } from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Layer, Option, type Redacted } from "effect"
import { OperationFailed } from "../../domain/failures.ts"
import { Database } from "../../layers/storage/database/Database.ts"
import { pathIn } from "../../layers/storage/dataFolder/dataFolder.ts"
import { layerTables, type QualityTables } from "../../quality/store/QualityRecords.ts"
import { layerBeside } from "../../quality/store/qualityFile.ts"
import * as WorkDatabase from "../../quality/WorkDatabase.ts"
import { invalid } from "../shared/options.ts"

export interface WorkPlace {
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
  readonly data: Option.Option<string>
  readonly json: boolean
}

const inFolder = (file: string) =>
  Layer.provideMerge(layerTables, layerBeside(file)).pipe(
    Layer.provide(
      existsSync(file)
        ? Layer.empty
        : Layer.fail(
            new OperationFailed({
              message: `${file} does not exist: is this the data folder of a validator that looks at pull requests?`
            })
          )
    )
  )

/** Uses the database if there is one, else the folder, and tells `work` which one. */
export const inPlace =
  ({ workDatabase, data }: WorkPlace) =>
  <A, E>(work: (where: string) => Effect.Effect<A, E, QualityTables | SqlClient>) =>
    Effect.gen(function* () {
      if (Option.isSome(workDatabase))
        return yield* Effect.flatMap(Database, ({ where }) => work(where)).pipe(
          Effect.provide(Layer.provideMerge(layerTables, WorkDatabase.layer(workDatabase.value)))
        )
      if (Option.isSome(data)) {
        const file = pathIn(data.value, "quality")
        return yield* Effect.provide(work(file), inFolder(file))
      }
      return yield* Effect.fail(
        invalid("name the validator's data folder by --data, or the database that it shares with workers by --work-database")
      )
    })
