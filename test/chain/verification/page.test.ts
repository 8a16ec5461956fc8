/** The check of a match in a real browser: verify.html as a file, two nodes, claims in the address. */
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { built, checkFor } from "../../../src/dashboard/api/page/Page.ts"
import { type Claims, encodeClaims } from "../../../src/verification/claims.ts"
import { STEPS } from "../../../src/verification/results.ts"
import { folder } from "../../support/folder.ts"
import { falseClaims, liesAbout, lying } from "../../support/verification/nodes.ts"
import { blockAt, outsider, Played, playedLayer } from "../../support/verification/played.ts"
import { PATIENCE } from "../../support/watchdog.ts"
import { launch, noBrowser } from "../../support/web/chromium.ts"

/** A browser that opens the file with claims, and presses the button. Answers with the state of each step, what is said on top, and how long it took. */
const opened = Effect.gen(function* () {
  const { genesis, mirror, world } = yield* Played
  const browser = yield* Effect.acquireRelease(Effect.promise(launch), (one) => Effect.promise(() => one.close()))
  const page = yield* Effect.promise(() => browser.newPage())
  page.setDefaultTimeout(PATIENCE)
  const complaints: Array<string> = []
  page.on("pageerror", ({ message }) => complaints.push(message))
  // GitHub is not reached from here, and only it.
  yield* Effect.promise(() =>
    page.route(/^https:/, (route) => route.fulfill({ status: 404, json: {}, headers: { "access-control-allow-origin": "*" } }))
  )
  const { check } = yield* built
  if (check === undefined) return assert.fail("the page has no check")
  const place = yield* folder
  const verify = (claims: Claims, endpoints: ReadonlyArray<string> = [world.endpoint, mirror]) =>
    Effect.promise(async () => {
      const file = join(place, "verify.html")
      await Bun.write(file, checkFor(check, { genesis, contract: world.contract, endpoints }).bytes)
      await page.goto("about:blank")
      await page.goto(`file://${file}#${encodeURIComponent(JSON.stringify(encodeClaims(claims)))}`)
      const warned = (await page.locator(".notice[data-tone=warn]").textContent()) ?? ""
      await page.getByRole("button", { name: "Verify", exact: true }).click()
      const verdict = page.locator(".verdict[data-verdict]")
      await verdict.waitFor()
      const states = await page.locator(".step").evaluateAll((steps) => steps.map((step) => step.dataset.state ?? ""))
      return {
        verdict: await verdict.getAttribute("data-verdict"),
        warned,
        wrong: STEPS.filter((_, index) => states[index] === "wrong"),
        text: (await page.locator("main").textContent()) ?? ""
      }
    })
  return { page, complaints, verify }
})

layer(playedLayer, { excludeTestServices: true })("a match in the reader's browser", (it) => {
  it.effect.skipIf(noBrowser)("is verified, with each fact, and says in amber what the file does not name itself", () =>
    Effect.gen(function* () {
      const { second, unsolved } = yield* Played
      const { complaints, verify } = yield* opened
      for (const claims of [second, unsolved]) {
        const { text, verdict, warned } = yield* verify(claims)
        assert.strictEqual(verdict, "right", text)
        assert.include(warned, "This is not the main network.")
        assert.include(warned, "The nodes that it asks were named by whoever gave you this page.")
        assert.match(text, /gittensor explain \d+ --verdict/)
      }
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped)
  )

  it.effect.skipIf(noBrowser)("has a cross at the step of each false claim, and where the second node lies", () =>
    Effect.gen(function* () {
      const { first, second, world } = yield* Played
      const { verify } = yield* opened
      for (const [what, claims, crosses] of falseClaims(second, first, yield* outsider(second)))
        assert.deepStrictEqual((yield* verify(claims)).wrong, crosses, what)
      const { hash } = yield* blockAt(second.payment?.at ?? 0)
      for (const [what, lie, step] of liesAbout(second, first, hash)) {
        const { text, verdict, wrong } = yield* verify(second, [world.endpoint, yield* lying(world.endpoint, lie)])
        assert.deepStrictEqual([verdict, wrong[0]], ["wrong", step], `${what}: ${text}`)
        assert.include(text, "the other says")
      }
    }).pipe(Effect.scoped)
  )
})
