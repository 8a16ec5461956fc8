/** Epochs of consensus: which validators reported, in which direction each pulled, and the validators that broke the rules, by name. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { ALICE, CAROL, HEAD, VALIDATOR } from "../support/api/seed.ts"
import { everyState } from "../support/web/history.ts"
import { lookedOn, noBrowser, PROMPT, type Run, settled, until, visit } from "./support.ts"

/** The row of a table with this text, cell by cell. */
const rowOf = (page: Page, caption: string, text: string) =>
  page.evaluate<Readonly<Record<string, string>>>(`Object.fromEntries(
    [...[...document.querySelectorAll('[role=group][aria-label="${caption}"] tbody > tr')].find((row) => row.outerHTML.includes("${text}")).cells]
      .map((cell) => [cell.dataset.name, cell.textContent])
  )`)

const short = (hotkey: string) => `${hotkey.slice(0, 6)}…${hotkey.slice(-4)}`

/** Two more epochs in which this validator's measurements differ, and a finding of a missing report in the same epoch as the broken rule. */
const more = Effect.flatMap(SqlClient, (sql) =>
  Effect.all([
    sql`INSERT INTO consensus_divergences SELECT validator, epoch - 1, block - 8, report, reporting, voters, quorum, same_top, 500000, 5, overlap_of, copyable, copies, read_at FROM consensus_divergences WHERE epoch = 2`,
    sql`INSERT INTO consensus_findings (epoch, position, kind, severity, validator, text) VALUES (2, 1, 'no report', 'missing', ${VALIDATOR}, 'nobody gives it')`,
    sql`UPDATE consensus_findings SET position = 2 WHERE epoch = 2 AND kind = 'equivocation'`
  ])
)

const lie = (run: Run) =>
  run(
    Effect.flatMap(SqlClient, (sql) =>
      sql.withTransaction(
        Effect.all([
          sql`INSERT INTO blocks VALUES (${HEAD + 1}, ${`0x${HEAD + 1}`}, ${new Date(Date.UTC(2026, 0, 1, 0, 0, HEAD + 1))})`,
          sql`UPDATE consensus_epochs SET looked_at = ${HEAD + 1} WHERE epoch = 2`,
          sql`INSERT INTO consensus_findings (epoch, position, kind, severity, validator, text) VALUES (2, 7, 'weights differ', 'wrong', ${VALIDATOR}, 'its weights do not follow')`
        ])
      )
    )
  )

describe.skipIf(noBrowser)("consensus in Chromium", () => {
  it.scopedLive("leads from the validators to an epoch, which names who broke the rules first", () =>
    lookedOn(everyState.pipe(Effect.zipRight(more)), {}, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/validators`)
      await settled(page)
      const listed = await rowOf(page, "Epochs", "Epoch 2<")
      assert.deepInclude(listed, {
        Reported: "1 of 2",
        Quorum: "yes",
        Weights: "1 as expected, 1 not revealed",
        Found: "1 wrong1 missing"
      })
      assert.strictEqual((await rowOf(page, "Epochs", "Epoch 0<")).Quorum, "no")
      // By default only broken rules are shown.
      const evidence = page.locator(".findings[aria-label=Evidence] > li")
      assert.strictEqual(await evidence.count(), 1)
      assert.include(await evidence.first().textContent(), `${short(CAROL)}: it signed two reports.`)
      await page.getByRole("combobox", { name: "What" }).selectOption("all")
      await until(page, "location.search === '?evidence=all'")
      await until(page, "document.querySelectorAll('.findings > li').length === 3")

      await page.getByRole("link", { name: "Epoch 2" }).first().click()
      await page.waitForURL(/\/consensus\/2$/)
      await settled(page)
      const found = page.locator(".findings[aria-label=Findings] > li")
      assert.deepStrictEqual(await found.locator("strong").allTextContents(), ["equivocation", "no report"])
      assert.include(await found.first().textContent(), short(CAROL))
      assert.include(await found.first().locator("pre").textContent(), "gittensor/equivocation/v1")

      const voter = await rowOf(page, "Validators that could report", VALIDATOR)
      assert.deepInclude(voter, { Stake: "3 αalpha 60.0%", "Pull requests": "12", "Served by": "2", Weights: "as expected" })
      const liar = await rowOf(page, "Validators that could report", CAROL)
      assert.deepInclude(liar, { Report: "not counted: equivocation (1 more signed)", Weights: "not revealed yet" })

      const value = await rowOf(page, "Values", ALICE)
      assert.deepInclude(value, {
        UID: "1",
        Points: "0.55",
        From: "median",
        Part: "70.00%",
        "Chain's own": "1.23%",
        "Measured by": "60.0%"
      })
      assert.include(value.Miner, "its part is recycled")
      const bar = page.getByRole("img", { name: /^Reports on UID 1/ })
      assert.include(await bar.getAttribute("aria-label"), "by stake: above 50.0%, not measured 50.0%")
      await page.getByText("2 reports").click()
      assert.deepStrictEqual(await page.locator(".pull-list > li").allTextContents(), [
        `Opentensor ${short(VALIDATOR)}0.60, above, 50.0% of their stake`,
        `${short(CAROL)}not measured, 50.0% of their stake`
      ])
      assert.strictEqual(await page.locator("nav.side [aria-current=page]").textContent(), "Network")
      assert.strictEqual(await page.locator("nav.tabs [aria-current=page]").textContent(), "Validators")
      // The signed report itself, byte for byte.
      const address = await page.getByRole("link", { name: `counted: the report of ${short(VALIDATOR)}` }).getAttribute("href")
      assert.strictEqual((await page.request.get(url + address)).status(), 200)
    })
  )

  it.scopedLive("marks a validator that broke the rules, on the contract's whitelist or not, as soon as it is known", () =>
    lookedOn(everyState, {}, PROMPT, async ({ page, url, run, complaints }) => {
      await page.goto(`${url}/validators/${CAROL}`)
      await settled(page)
      await page.getByText("It is not on the contract's whitelist").waitFor()
      assert.include(
        await page.locator(".fault").textContent(),
        "rules broken Audits found that it broke the rules of reporting in 1 epoch, last in Epoch 2: it signed two reports."
      )
      await visit(page, `${url}/validators/${VALIDATOR}`)
      await settled(page)
      assert.strictEqual(await page.locator(".fault").count(), 0)
      await page.getByText("Live", { exact: true }).and(page.locator(":visible")).first().waitFor()
      await lie(run)
      await page.locator(".fault").getByText("last in Epoch 2: its weights do not follow").waitFor()
      await visit(page, `${url}/validators`)
      await settled(page)
      await page
        .locator("[aria-label=Validators] tr", { hasText: short(VALIDATOR) })
        .getByText("rules broken")
        .waitFor()
      // The 404 for a validator without a vote, and the 503 of an index that lags by its clock.
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !/404|503/.test(one)))
    })
  )

  it.scopedLive("draws how a validator's scores diverge over time, and its copy scores", () =>
    lookedOn(everyState.pipe(Effect.zipRight(more)), {}, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/validators/${VALIDATOR}`)
      await settled(page)
      const line = page.locator(".divergence-line")
      assert.strictEqual(
        await line.getAttribute("aria-label"),
        "Epochs 1 to 2: the newest rank correlation is −0.988, the overlap 9 of 10; the table below has the figures"
      )
      for (const name of ["spearman", "overlap"])
        assert.match(
          (await line.locator(`[data-line=${name}]`).getAttribute("d")) ?? "",
          /^M[\d.]+ [\d.]+h[\d.]+L[\d.]+ [\d.]+h[\d.]+$/,
          name
        )
      assert.deepInclude(await rowOf(page, "Divergence by epoch", "Epoch 1<"), { "Rank correlation": "0.500", Overlap: "5 of 10" })
      assert.deepInclude(await rowOf(page, "Copy scores", CAROL), { Copied: "2.0%", "New in the epoch": "0.05" })
    })
  )

  it.scopedLive("says calmly that a subnet has no consensus", () =>
    lookedOn(
      everyState.pipe(
        Effect.zipRight(
          Effect.flatMap(SqlClient, (sql) =>
            Effect.all([
              sql`DELETE FROM consensus_findings`,
              sql`DELETE FROM consensus_divergences`,
              sql`DELETE FROM consensus_values`,
              sql`DELETE FROM consensus_voters`,
              sql`DELETE FROM consensus_epochs`
            ])
          )
        )
      ),
      {},
      { chainHead: HEAD },
      async ({ page, url }) => {
        await page.goto(`${url}/validators`)
        await settled(page)
        await page.getByRole("heading", { name: "No consensus yet" }).waitFor()
        assert.strictEqual(await page.getByRole("heading", { name: "Evidence" }).count(), 0)
      }
    )
  )
})
