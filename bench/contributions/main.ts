/**
 * `npm run bench -- contributions [--small] [--json]`: counts the requests that a round of contributions sends to GitHub: 50 repositories, 256
 * miners, 2,000 pull requests of 30 days and three tokens (`--small`: 10, 64 and 200), against the stand-in with GitHub's own limits. `first…`:
 * nothing is cached. `second…`: nothing has changed. `third…`: 20 pull requests are new. `restarted…`: a new process with the cache on disk.
 * `…Requests` counts HTTP requests, `…NotModified` those answered with 304, which GitHub does not count, `…Points` the cost against GraphQL's limit,
 * `…CpuSeconds` the processor time of this process, including the stand-in. `commitsBytes`, `filesBytes`: the caches on disk at the end.
 * `evidenceBytes`: the first round's evidence as archived, compressed. `clonesBytes`: git's clones at the end; `…GitRequests`: git's own requests,
 * which GitHub does not limit and no other figure includes.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { blake2b } from "@noble/hashes/blake2.js"
import { Effect } from "effect"
import { fromPublicKey } from "../../src/domain/Account.ts"
import { canonicalJson } from "../../src/domain/canonicalJson.ts"
import { Contributions } from "../../src/layers/github/contributions/Contributions.ts"
import { scoreMiners } from "../../src/rules/contributions/epochScores.ts"
import { methodsOf } from "../../src/rules/contributions/files/totals.ts"
import { loadAndScoreFiles } from "../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"
import { bytesOf, makeWorld, NOW, processorSeconds, requestFor, services } from "./world.ts"

const [SIZE, CHANGED] = process.argv.includes("--small")
  ? [{ repositories: 10, miners: 64, pullRequests: 200, tokens: 3 }, 5]
  : [{ repositories: 50, miners: 256, pullRequests: 2_000, tokens: 3 }, 20]

export const contributions = Effect.gen(function* () {
  const { url, control, repositories, tokens, accounts, grow } = yield* makeWorld(SIZE, { _tag: "Fixed", at: NOW })
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-contributions-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true }))
  )
  const { layer, caches, clones } = services(url, tokens, folder)
  const request = requestFor(repositories, accounts, NOW)
  const hotkeys = new Map(
    accounts.map((account, index) => [index + 1, fromPublicKey(blake2b(new TextEncoder().encode(account), { dkLen: 32 }))] as const)
  )
  const { tokens: _, ...size } = SIZE
  const figures: Record<string, number> = { ...size, changed: CHANGED }
  const round = (name: string) =>
    Effect.gen(function* () {
      const before = yield* control.countRequests({ payload: {} })
      const [started, startedCpu] = [performance.now(), processorSeconds()]
      const { cost } = yield* Contributions
      const costBefore = yield* cost
      const { record, missing, totals, files } = yield* loadAndScoreFiles(request)
      figures[`${name}CpuSeconds`] = Math.round((processorSeconds() - startedCpu) * 10) / 10
      const costAfter = yield* cost
      const after = yield* control.countRequests({ payload: {} })
      if (missing.length > 0) return yield* Effect.dieMessage(`evidence is missing: ${missing[0]?.why}`)
      figures.comparedFiles = [...files.values()].reduce((sum, one) => sum + one.files.length, 0)
      const methods = new Map([...files].map(([key, scored]) => [key, methodsOf(scored.files)] as const))
      figures.evidenceBytes ??= gzipSync(
        canonicalJson(scoreMiners({ record, totals, methods, missing, hotkeys, unlinked: new Map(), before: undefined }))
      ).length
      const git = after.git - before.git
      figures[`${name}Requests`] = after.requests - before.requests - git
      figures[`${name}GitRequests`] = git
      figures[`${name}NotModified`] = after.notModified - before.notModified
      figures[`${name}Points`] = costAfter.points - costBefore.points
      figures[`${name}PullRequestsScored`] = totals.size
      figures[`${name}Seconds`] = Math.round((performance.now() - started) / 100) / 10
    })
  yield* Effect.provide(
    round("first").pipe(Effect.zipRight(round("second")), Effect.zipRight(grow(CHANGED, 0, NOW)), Effect.zipRight(round("third"))),
    layer
  )
  yield* Effect.provide(round("restarted"), layer)
  figures.commitsBytes = bytesOf(caches, "commits.sqlite")
  figures.scoredBytes = bytesOf(caches, "scored.sqlite")
  figures.filesBytes = bytesOf(caches) - figures.commitsBytes - figures.scoredBytes
  figures.clonesBytes = bytesOf(clones)
  return figures
}).pipe(Effect.scoped)
