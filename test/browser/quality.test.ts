/** Validators' findings on competitors' pull requests: counted in a line, with the evidence and the dissenting validators below it. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { digestOf } from "../../src/domain/quality/Artefact.ts"
import { HEAD, VALIDATOR } from "../support/api/seed.ts"
import { everyState } from "../support/web/history.ts"
import { wrongIn } from "./looks.ts"
import { lookedOn, noBrowser, PROMPT, settled, unfoldEvidence, until } from "./support.ts"

describe.skipIf(noBrowser)("what validators say about pull requests, in Chromium", () => {
  it.scopedLive("is counted by validators, and unfolds to the evidence of those who differ", () =>
    lookedOn(everyState, {}, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/competitions/1`)
      await settled(page)
      const lines = (side: "a" | "b") => page.locator(`.competitor[data-side=${side}] .quality dd`).allTextContents()
      assert.deepStrictEqual(await lines("a"), [
        "3 of 3 validators: passed, with findings",
        "1 of 3 validators: broken; 1: could not find out; 1: verified, 1 test fails → pass"
      ])
      assert.deepStrictEqual(await lines("b"), [
        "2 of 2 validators: rejected (duplicate)",
        "2 of 2 validators: not run, because the gate rejects it"
      ])
      const unknown = page.locator(".competitor[data-side=b] .pull", { hasText: "acme/widgets#90" })
      assert.include(await unknown.textContent(), "the index has not seen it on GitHub")
      assert.strictEqual(await page.locator(".quality-evidence").count(), 0)
      await page.getByRole("heading", { name: "Duels" }).click()
      await unfoldEvidence(page)
      const evidence = page.locator(".competitor[data-side=a] .quality-evidence")
      assert.deepStrictEqual(await evidence.locator(".quality-groups > li").count(), 3)
      const place = evidence.getByRole("link", { name: "README.md, line 12" }).first()
      assert.strictEqual(await place.getAttribute("href"), `https://github.com/acme/widgets/blob/${"a".repeat(40)}/README.md#L12`)
      assert.match((await evidence.textContent()) ?? "", /first seen .+, current since Jan 1, 12:00 AM/)
      const broken = evidence.locator(".quality-groups > li", { hasText: "pass → broken (120)" })
      for (const text of ["opens file 49", "and 70 more", "waits for a port", "tests that it removes (1)", "It changes dependencies"])
        assert.include(await broken.textContent(), text)
      assert.include(await evidence.textContent(), "the sandbox cannot start: install bubblewrap (fault: infrastructure)")
      const duels = page.locator(".duels")
      const shown = (await duels.textContent()) ?? ""
      for (const text of [
        "It moves neither money nor ratings",
        "the judges prefer",
        "by 25.0 points",
        "2 of 3 judges answered in both orders, 1 of them flipped",
        "no result: only one family of models answered",
        "failed: a head is gone",
        "no vote: it refused",
        "It saves twice.",
        "(answered by fair-2-2026-10-01, wording duel/v1)",
        "The panel has 4 judges, of which a duel draws 3",
        "Cost: $0.001234",
        "fair-2: $0.001234 for 2 calls and 920 tokens"
      ])
        assert.include(shown, text)
      const leads = await duels.getByRole("list", { name: "Whom the judges prefer, by criterion" }).locator("li").allTextContents()
      assert.deepStrictEqual(leads.length, 5)
      assert.match(leads[0] ?? "", /^correctness.+ by 45\.0 points$/)
      const points = duels.getByRole("table", { name: /^Points for .+ : / }).first()
      assert.match((await points.locator("thead").textContent()) ?? "", /shown first.+shown first/)
      assert.deepStrictEqual(await points.getByRole("row", { name: "correctness" }).getByRole("cell").allTextContents(), [
        "90 : 10",
        "90 : 10"
      ])
      assert.deepStrictEqual(await points.getByRole("row", { name: "grounding" }).getByRole("cell").allTextContents(), [
        "70 : 30",
        "60 : 40"
      ])
      const links = await page.locator("main a[href*='/v1/artefacts/']").all()
      const linked = await Promise.all(links.map(async (link) => new URL((await link.getAttribute("href")) ?? "", url)))
      assert.includeMembers(await duels.getByRole("link").allTextContents(), ["question", "answer"])
      for (const { href, pathname } of linked) {
        const file = await page.request.get(href)
        assert.strictEqual(`/v1/artefacts/${digestOf(await file.body())}`, pathname)
      }
      assert.deepStrictEqual(await wrongIn(page, "/competitions/1"), [])
    })
  )

  it.scopedLive("appears when the index has read it", () =>
    lookedOn(
      everyState.pipe(
        Effect.zipRight(
          Effect.flatMap(SqlClient, (sql) => sql`DELETE FROM quality_records WHERE hotkey <> ${VALIDATOR} AND validator <> ${VALIDATOR}`)
        )
      ),
      {},
      PROMPT,
      async ({ page, url, run }) => {
        await page.goto(`${url}/competitions/1`)
        await settled(page)
        await page.getByText("1 of 1 validator: verified, 1 test fails → pass").waitFor()
        await run(
          Effect.flatMap(SqlClient, (sql) =>
            sql.withTransaction(
              Effect.all([
                sql`INSERT INTO blocks VALUES (${HEAD + 1}, ${`0x${HEAD + 1}`}, ${new Date(Date.UTC(2026, 0, 1, 0, 0, HEAD + 1))})`,
                sql`UPDATE quality_documents SET read_at = ${HEAD + 1}`,
                sql`UPDATE quality_records SET verification = jsonb_set(verification, '{failToPass,count}', '2')`
              ])
            )
          )
        )
        await until(page, "document.body.textContent.includes('1 of 1 validator: verified, 2 tests fail → pass')")
      }
    )
  )
})
