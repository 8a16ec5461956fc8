/** Validators are shown by their on-chain identity names, however many there are. */
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { COMPETITION, HEAD, seed, VALIDATOR } from "../support/api/seed.ts"
import { lookedOn, noBrowser } from "./support.ts"

/** Enough validators before the seed's that it is not on the list's first page. */
const many = Effect.gen(function* () {
  yield* seed
  const sql = yield* SqlClient
  yield* sql`INSERT INTO validators SELECT (jsonb_populate_record(NULL::validators,
      to_jsonb(old) || jsonb_build_object('hotkey', '5A' || lpad(n::text, 46, 'A'), 'name', NULL))).*
    FROM validators old, generate_series(1, 100) n WHERE old.hotkey = ${VALIDATOR}`
})

describe.skipIf(noBrowser)("a validator in Chromium", () => {
  it.scopedLive("has its name also beyond the first page of validators", () =>
    lookedOn(many, { width: 1280, height: 800, still: true }, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/competitions/${COMPETITION}`)
      await page
        .getByRole("link", { name: /^Opentensor 5DAAnr/ })
        .first()
        .waitFor()
    })
  )
})
