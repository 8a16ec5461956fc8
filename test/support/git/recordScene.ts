/** git's record of a repository that a test makes, from a server of the test's own. */
import { join } from "node:path"
import { ConfigProvider, Context, Effect, Layer } from "effect"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import type { RecordQuestion } from "../../../src/layers/git/history/historyTask.ts"
import { folder } from "../folder.ts"
import { processes } from "../processes.ts"
import { Made } from "./made.ts"
import { served } from "./served.ts"

/** Lines of a text by their numbers. */
export const lines = (...numbers: ReadonlyArray<number>): string => numbers.map((number) => `line ${number}\n`).join("")

/** A repository on a server, and a record that asks it. `isOld`: the server does not know version 2 of git's protocol. */
export const recordSceneAt = (isOld: boolean) =>
  Effect.gen(function* () {
    const root = yield* folder
    const made = new Made(join(root, "served", "made"), join(root, "tree"))
    const server = yield* served(join(root, "served"), isOld)
    const layer = GitHistory.layer(join(root, "clones")).pipe(
      Layer.provide(processes),
      Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["GITTENSOR_GITHUB_URL", server.url]]))))
    )
    const { ask } = Context.get(yield* Layer.build(layer), GitHistory.GitHistory)
    const repository = { id: 7, url: `${server.url}/made.git` }
    return {
      made,
      server,
      repository,
      clone: join(root, "clones", "7"),
      ask: (question: Partial<RecordQuestion>) => ask(repository, question)
    }
  })
/** With a server that knows git's protocol of today. */
export const recordScene = recordSceneAt(false)
