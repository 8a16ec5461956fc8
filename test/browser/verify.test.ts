/** The way from a match's page to its check, on the server that serves both. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { readClaims } from "../../src/verification/claims.ts"
import { HEAD, seed } from "../support/api/seed.ts"
import { axe, lookedOn, noBrowser, settled } from "./support.ts"

/** A match of the seed that was won. */
const WON = 1

const claimsIn = (text: string) => {
  const read = readClaims(text)
  return read._tag === "Right" ? read.right : assert.fail(read.left)
}

describe.skipIf(noBrowser)("Verify this match, in Chromium", () => {
  it.scopedLive("opens the check with what the page claims, which is also offered as a file", () =>
    lookedOn(seed, { width: 360, height: 740 }, { chainHead: HEAD, witnesses: ["wss://one.example"] }, async ({ page, url, context }) => {
      await page.goto(`${url}/competitions/${WON}`)
      await settled(page)
      const link = page.getByRole("link", { name: "Verify this match" }).first()
      const opening = context.waitForEvent("page")
      await link.click()
      const check = await opening
      await check.getByRole("heading", { name: `Verify match ${WON}` }).waitFor()
      const claims = claimsIn(decodeURIComponent(new URL(check.url()).hash.slice(1)))
      assert.deepInclude(claims, { match: WON, issue: 1 })
      assert.strictEqual(await check.evaluate("document.documentElement.scrollWidth <= innerWidth"), true)
      assert.deepStrictEqual(await axe(check), [])
      // It must be asked to; and what it then cannot reach is no cross.
      assert.strictEqual(await check.locator(".step[data-state=waits]").count(), 7)
      await check.getByRole("button", { name: "Verify", exact: true }).click()
      await check.locator(".verdict[data-verdict=untold]").waitFor()
      assert.strictEqual(await check.locator(".step[data-state=untold]").count(), 7)
      await check.getByText("Where it looks").click()
      await check.getByLabel("The contract's address").fill("5nobody")
      await check.getByRole("button", { name: "Verify", exact: true }).click()
      assert.include((await check.locator(".verdict").textContent()) ?? "", "is not an account address")

      const saving = check.waitForEvent("download")
      await check.getByRole("button", { name: "Save what is claimed" }).click()
      assert.deepStrictEqual(claimsIn(readFileSync(await (await saving).path(), "utf8")), claims)
      await page.getByText("The vote", { exact: true }).first().click()
      const offered = page.waitForEvent("download")
      await page.getByRole("link", { name: "save it" }).click()
      const file = await offered
      assert.strictEqual(file.suggestedFilename(), `match-${WON}.json`)
      assert.deepStrictEqual(claimsIn(readFileSync(await file.path(), "utf8")), claims)

      await check.goto(`${url}/verify.html#{`)
      await check.reload()
      await check.getByText("What this link claims cannot be read").waitFor()
      await check
        .locator("input[type=file]")
        .setInputFiles({ name: "m.json", mimeType: "application/json", buffer: readFileSync(await file.path()) })
      await check.getByRole("heading", { name: `Verify match ${WON}` }).waitFor()
    })
  )
})
