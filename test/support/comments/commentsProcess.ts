/** A process that writes the comments and statuses of an embedded index to a GitHub stand-in, until it is killed. */
import { Duration, Effect, Option, Schema } from "effect"
import { runComments } from "../../../src/dashboard/comments/comments.ts"
import { GitHubComments } from "../../../src/layers/github/GitHubComments.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { seed } from "../api/seed.ts"
import { AT_ONCE, commentsOf, funded, ORIGIN, undecided, until } from "./index.ts"

export const CommentsProcess = Schema.Struct({
  folder: Schema.String,
  url: Schema.String,
  token: Schema.String,
  /** Whether to fill the tables. */
  isFirst: Schema.Boolean,
  /** The second issue's present funding, in rao. */
  funded: Schema.String,
  /** The deadline of the first issue's running competition; null: it has ended. */
  deadline: Schema.NullOr(Schema.Int)
})

const write = ({ folder, url, token, isFirst, funded: rao, deadline }: typeof CommentsProcess.Type) =>
  Effect.gen(function* () {
    if (isFirst) yield* seed
    yield* funded(rao)
    if (deadline !== null) yield* Effect.zipRight(undecided, until(deadline))
    const github = yield* commentsOf(url, token)
    yield* Effect.provideService(
      runComments({ ...ORIGIN, isAtHead: Effect.succeed(true), paces: AT_ONCE, gitHubEvery: Duration.millis(50) }),
      GitHubComments,
      github
    )
  }).pipe(Effect.scoped, Effect.provide(Database.layer({ url: Option.none(), folder })))

if (import.meta.main) {
  const { runMain } = await import("@effect/platform-bun/BunRuntime")
  runMain(Effect.flatMap(Schema.decodeUnknown(Schema.parseJson(CommentsProcess))(process.argv[2]), write))
}
