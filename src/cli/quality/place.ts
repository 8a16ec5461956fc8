/** Selects the storage of a validator's durable workflows: its data folder, or the database that it shares with workers. */
import { existsSync } from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import { Context, Effect, Layer, Option, type Redacted } from "effect"
import { OperationFailed } from "../../domain/failures.ts"
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

export class Place extends Context.Tag("gittensor/quality/Place")<Place, string>() {}

const inDatabase = (url: Redacted.Redacted<string>) =>
  Layer.merge(
    layerTables,
    Layer.effect(
      Place,
      Effect.map(WorkDatabase.WorkDatabase, ({ where }) => where)
    )
  ).pipe(Layer.provideMerge(WorkDatabase.layer(url)))

const inFolder = (folder: string) => {
  const file = pathIn(folder, "quality")
  return Layer.merge(layerTables, Layer.succeed(Place, file)).pipe(
    Layer.provideMerge(layerBeside(file)),
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
}

/** Uses the database if there is one, else the folder. */
export const inPlace =
  ({ workDatabase, data }: WorkPlace) =>
  <A, E>(effect: Effect.Effect<A, E, Place | QualityTables | SqlClient>) =>
    Effect.gen(function* () {
      if (Option.isSome(workDatabase)) return yield* Effect.provide(effect, inDatabase(workDatabase.value))
      if (Option.isSome(data)) return yield* Effect.provide(effect, inFolder(data.value))
      return yield* Effect.fail(
        invalid("name the validator's data folder by --data, or the database that it shares with workers by --work-database")
      )
    })
