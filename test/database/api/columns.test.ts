/** Every column of every table affects the answer of at least one endpoint. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { unreachableColumns } from "../../support/api/reachable.ts"
import { ALICE, BOB, seed, VALIDATOR } from "../../support/api/seed.ts"
import { variants } from "../../support/database/support.ts"

const embedded = variants.filter(({ name }) => name === "embedded")

describe.each(embedded)("the columns of the $name database", ({ layer }) => {
  it.scoped("are each reachable through an endpoint", () =>
    Effect.gen(function* () {
      yield* seed
      const names = { ids: [1], miners: [ALICE, BOB], validator: VALIDATOR, epoch: 2, speaks: true } as const
      // Only of comments that GitHub has not confirmed yet.
      assert.deepStrictEqual(yield* unreachableColumns(names), ["github_comments.sent_at"])
    }).pipe(Effect.provide(layer))
  )
})
