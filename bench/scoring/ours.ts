/**
 * Compares files as a validator does, by the commands of driver.ts: `load FILE` reads pairs, `score OUT` scores them, ten files a pull request, and writes the
 * scores. Arguments: the number of processes, and the folder of the cache, or none.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Effect, Stream } from "effect"
import type { ChangedFile } from "../../src/domain/contributions/ChangedFile.ts"
import { fileRulesOf } from "../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import * as FileScorer from "../../src/scoring/oss_contributions/score/FileScorer.ts"
import { confined } from "../machine.ts"
import { EXTENSIONS, type TextPair } from "./corpus.ts"

const FILES_OF_PULL_REQUEST = 10
/** As scoreLoadedFiles.ts does. */
const CONCURRENCY = 8

const [processes = "1", folder] = process.argv.slice(2)
const cache = folder === undefined ? {} : { cache: { file: join(folder, "trees.sqlite") } }
const rules = fileRulesOf(defaultRoster)

const changedFile = ({ grammar, base, head }: TextPair, index: number): ChangedFile => ({
  path: `src/${index}.${EXTENSIONS[grammar]}`,
  status: "modified",
  additions: 1,
  deletions: 1,
  changes: 2,
  isBinary: false,
  base,
  head
})

const program = Effect.gen(function* () {
  const { scoreFiles } = yield* FileScorer.FileScorer
  let pullRequests: ReadonlyArray<ReadonlyArray<ChangedFile>> = []
  const obey = Effect.fn("obey")(function* (command: string, path: string) {
    if (command === "load") {
      const files = readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line, index) => changedFile(JSON.parse(line) as TextPair, index))
      pullRequests = Array.from({ length: Math.ceil(files.length / FILES_OF_PULL_REQUEST) }, (_, index) =>
        files.slice(index * FILES_OF_PULL_REQUEST, (index + 1) * FILES_OF_PULL_REQUEST)
      )
    } else {
      const scored = yield* Effect.forEach(pullRequests, (files) => scoreFiles(files, rules), { concurrency: CONCURRENCY })
      writeFileSync(path, JSON.stringify(scored.flatMap(({ files }) => files)))
    }
    process.stdout.write("done\n")
  })
  yield* Stream.fromAsyncIterable(createInterface({ input: process.stdin }), String).pipe(
    Stream.runForEach((line) => {
      const [command = "", path = ""] = line.split(" ")
      return obey(command, path)
    })
  )
}).pipe(Effect.provide(FileScorer.layer({ processes: Number(processes), ...cache })), Effect.provide(confined))

await Effect.runPromise(program)
process.exit(0)
