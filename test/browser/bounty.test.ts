/** A bounty from its registration to its payment on the dev chain, watched on pages that are never reloaded. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { taoText } from "../../src/story/worth.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../support/contract/accounts.ts"
import { world } from "../support/contract/newWorld.ts"
import { BOUNTY } from "../support/contract/settings.ts"
import { attested, settled as settledOnChain, solved, started } from "../support/contract/steps.ts"
import { NETUID } from "../support/contract/subnet.ts"
import { anyDatabase } from "../support/database/support.ts"
import { index, on } from "../support/indexer/chain.ts"
import { axe, noBrowser, PROMPT, serveWithPage, settled, sticksOut, tab, unfold } from "./support.ts"

/** Rao of TAO for one alpha. */
const PRICE = 62_500_000n

describe.skipIf(noBrowser)("a bounty in Chromium", () => {
  it.scopedLive("is watched from its registration to its payment without a reload", () =>
    Effect.gen(function* () {
      const of = yield* world({ submissionWindow: 4 })
      yield* Effect.gen(function* () {
        yield* index
        const url = yield* serveWithPage(PROMPT)
        const [list, detail, duel] = yield* Effect.all([
          tab(),
          tab({ width: 360, height: 740, dark: true }),
          tab({ width: 1440, height: 900 })
        ])
        const seen = (act: () => Promise<void>) => Effect.promise(act)

        yield* seen(async () => {
          await list.page.goto(`${url}/issues`)
          await list.page.getByRole("heading", { name: "No issues yet" }).waitFor()
          await list.page.getByText("Live", { exact: true }).first().waitFor()
          await list.page.evaluate("window.notReloaded = true")
        })

        yield* of.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 42, bounty: BOUNTY })
        yield* index
        yield* seen(async () => {
          await list.page.getByRole("link", { name: "Issue 42" }).waitFor()
          await list.page.getByText("next in the queue").waitFor()
          await detail.page.goto(`${url}/issues/1`)
          await settled(detail.page)
          await detail.page.evaluate("window.notReloaded = true")
          await detail.page.getByText("Its bounty is being filled").waitFor()
        })

        yield* of.feed(BOUNTY)
        yield* of.ok(STRANGER, "harvest", {})
        yield* of.sudo("adminUtils", "devSetAlphaPrice", NETUID, Number(PRICE))
        yield* index
        yield* seen(async () => {
          await list.page.getByText("takeable").first().waitFor()
          await detail.page.getByText("miners who are enrolled for it can be paired").waitFor()
          await unfold(detail.page)
          await detail.page.getByText("Bounty funded", { exact: false }).first().waitFor()
        })

        yield* attested(of, 1, [5, 6])
        yield* index
        yield* seen(async () => {
          await detail.page.getByText("Attestations", { exact: true }).waitFor()
          await unfold(detail.page)
          await detail.page.getByText("as 3 validators attested in round").waitFor()
          assert.strictEqual(await detail.page.getByText("3 of 3").count(), 3, "two enrolled, one skipping")
          // The price was read in the preceding block, after that block was announced.
          await detail.page.getByText(`${taoText(BOUNTY, PRICE)}, at 0.0625 TAO for one alpha`).waitFor()
          await list.page.getByText(taoText(BOUNTY, PRICE), { exact: true }).waitFor()
        })

        const competition = yield* started(of, 1, [5, 6])
        yield* index
        yield* seen(async () => {
          await list.page.getByRole("link", { name: `Match ${competition}` }).waitFor()
          await detail.page.getByRole("link", { name: `Watch match ${competition}` }).waitFor()
          await duel.page.goto(`${url}/competitions/${competition}`)
          await settled(duel.page)
          await duel.page.evaluate("window.notReloaded = true")
          await duel.page.getByText("Running").first().waitFor()
        })

        const { submissionsFrom = 0 } = (yield* of.stored("competition", { id: competition })) ?? {}
        yield* of.toBlock(Math.max(submissionsFrom, yield* of.block))
        yield* of.ok(VALIDATORS[0], "voteOutcome", { issue: 1, choice: yield* solved(5) })
        yield* index
        yield* seen(() => detail.page.getByText("stands", { exact: true }).first().waitFor())

        yield* of.ok(VALIDATORS[1], "voteOutcome", { issue: 1, choice: yield* solved(5) })
        yield* index
        yield* seen(() => duel.page.getByText("2 of 2 votes agree:").first().waitFor())

        yield* settledOnChain(of, 1)
        yield* index
        yield* seen(async () => {
          await detail.page.getByText("The bounty is not paid yet").first().waitFor()
          await duel.page.getByText("Won").first().waitFor()
        })

        yield* of.ok(STRANGER, "payout", { issue: 1 })
        yield* index
        const { hotkey } = yield* miner(5)
        yield* seen(async () => {
          await list.page.locator('.issue-row[data-status="Paid"]').waitFor()
          await detail.page.locator(`.issue-now a[title^="${hotkey}"]`).waitFor()
          for (const { page } of [list, detail, duel]) {
            assert.strictEqual(await page.evaluate("window.notReloaded"), true)
            assert.deepStrictEqual(await axe(page), [])
            assert.isFalse(await sticksOut(page))
          }
          // The dev chain's clock may differ from ours, so complaints about a lagging index do not count.
          const complaints = [list, detail, duel].flatMap((opened) => opened.complaints).filter((one) => !one.includes("503"))
          assert.deepStrictEqual(complaints, [])
        })
      }).pipe(Effect.provide(on(of)))
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(anyDatabase, Logger.minimumLogLevel(LogLevel.Warning))))
  )
})
