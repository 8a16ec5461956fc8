/** The worker of `policyTask`. */
import { Effect } from "effect"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import { openRepository } from "../../layers/git/openRepository.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import { lacksOf } from "../../rules/quality/policy/lacks.ts"
import { policyKind } from "../../rules/quality/policy/policyFiles.ts"
import { isTestFile } from "../../rules/quality/repositoryFiles.ts"
import { policyTask } from "./policyTask.ts"

export const main = serveTask(policyTask, ({ base, head, messages, ...written }, places) =>
  Effect.gen(function* () {
    const repository = yield* openRepository(places)
    const texts = yield* repository.sources(base, (path) => policyKind(path) !== undefined)
    return lacksOf(texts, {
      ...written,
      messages: messages ?? (yield* repository.messages(base, head)),
      paths: (yield* repository.changes(base, head)).map(({ path }) => path),
      hasTests: (yield* repository.files(base)).some(({ path }) => isTestFile(path))
    })
  }).pipe(Effect.catchTags(asUnusable))
)
