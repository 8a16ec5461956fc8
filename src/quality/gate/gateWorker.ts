/** The worker of `gateTask`. */
import { Effect } from "effect"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import { extensionOf } from "../../domain/fileExtension.ts"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import type { OpenRepository } from "../../layers/git/openRepository.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import { commitMessages } from "../../rules/quality/gate.ts"
import { changeOf, parsers } from "./changeOf.ts"
import { gate, newFingerprints } from "./gate.ts"
import { gateTask } from "./gateTask.ts"

/** The base's source files, for comparing fingerprints. */
const baseSourcesOf = (repository: OpenRepository, base: string, rules: FileRules) =>
  repository.sources(base, (path) => (rules.languages.get(extensionOf(path))?.language ?? null) !== null)

export const main = serveTask(gateTask, (question, places) =>
  Effect.gen(function* () {
    const { repository, rules, files } = yield* changeOf(question, places)
    const messages = question.readsMessages ? yield* repository.messages(question.base, question.head) : []
    const report = yield* gate({
      files,
      rules,
      texts: [...question.texts, ...commitMessages(messages)],
      commit: question.head,
      earlier: question.earlier,
      unknown: question.unknown,
      author: question.author,
      baseSources: baseSourcesOf(repository, question.base, rules)
    })
    const isTooLarge = report.findings.some(({ check, rejects }) => check === "size" && rejects)
    const { fingerprints } = isTooLarge ? { fingerprints: new Uint32Array(0) } : yield* newFingerprints(files, rules)
    return { report, fingerprints }
  }).pipe(Effect.catchTags(asUnusable), Effect.provide(parsers))
)
