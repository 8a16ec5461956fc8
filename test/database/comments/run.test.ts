/** Comments beside an index: only while it follows the chain's head. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { runComments } from "../../../src/dashboard/comments/comments.ts"
import { GitHubComments } from "../../../src/layers/github/GitHubComments.ts"
import { seed } from "../../support/api/seed.ts"
import { eventually } from "../../support/cli/support.ts"
import { AT_ONCE, commentsOf, GADGETS, gitHub, ORIGIN, shown } from "../../support/comments/index.ts"
import { variants } from "../../support/database/support.ts"

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`comments beside an index on ${name}`, () => {
    it.scopedLive("are written once it has caught up, and not before", () =>
      Effect.gen(function* () {
        yield* seed
        const { url, writer } = yield* gitHub()
        const there = shown(url, GADGETS, 7)
        /** The number of comments at each time while the index was catching up. */
        const before: Array<number> = []
        const isAtHead = Effect.gen(function* () {
          if (before.length === 8) return true
          before.push((yield* there).length)
          return false
        })
        const github = yield* commentsOf(url, writer.token)
        const running = yield* runComments({ ...ORIGIN, isAtHead, paces: AT_ONCE, gitHubEvery: Duration.millis(5) }).pipe(
          Effect.provideService(GitHubComments, github),
          Effect.fork
        )
        yield* eventually(
          "the comment",
          Effect.map(there, ([comment]) => comment)
        )
        assert.deepStrictEqual(before, Array<number>(8).fill(0))
        yield* Fiber.interrupt(running)
      }).pipe(Effect.provide(layer))
    )
  })
