/** The program's git record of a test repository, fetched from the test's own server. */
import { join } from "node:path"
import { ConfigProvider, Context, Effect, Layer } from "effect"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import type { RecordQuestion } from "../../../src/layers/git/history/historyTask.ts"
import { folder } from "../folder.ts"
import { processes } from "../processes.ts"
import { Made } from "./made.ts"
import { served } from "./served.ts"

/** Text lines by their numbers. */
export const lines = (...numbers: ReadonlyArray<number>): string => numbers.map((number) => `line ${number}\n`).join("")

/** A repository on a server, and a git record that fetches from it. `isOld`: the server lacks version 2 of git's protocol. */
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
/** With a server that has version 2 of git's protocol. */
export const recordScene = recordSceneAt(false)
