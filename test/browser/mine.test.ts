/** The reader's own data in the browser: identity and watched items, with notifications. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ALICE, HEAD, seed } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { everyState } from "../support/web/history.ts"
import { axe, looked, lookedOn, noBrowser, PROMPT, settled, sticksOut, until } from "./support.ts"

describe.skipIf(noBrowser)("the reader's own page", () => {
  it.scopedLive("is that of the miner who they say they are, and lists what they watch", () =>
    lookedOn(everyState, {}, { chainHead: HEAD + 3 }, async ({ page, url }) => {
      await page.goto(`${url}/me`)
      await settled(page)
      await page.getByLabel("Your hotkey").fill("5nobody")
      await page.keyboard.press("Enter")
      await page.getByText("This is none.").waitFor()
      assert.deepStrictEqual(await axe(page), [])
      await page.goto(`${url}/miners/${ALICE}`)
      await settled(page)
      await page.getByRole("button", { name: "This is me" }).click()
      await page.getByRole("button", { name: "Watch" }).click()
      await page.goto(`${url}/issues/1`)
      await settled(page)
      await page.getByRole("button", { name: "Watch" }).click()
      await page.goto(`${url}/me`)
      await settled(page)
      assert.strictEqual(await page.getByRole("table", { name: "My running matches" }).count(), 1)
      assert.strictEqual(await page.locator("main .watch").count(), 2)
      for (const [width, height] of [
        [1280, 800],
        [360, 740]
      ] as const) {
        await page.setViewportSize({ width, height })
        assert.deepStrictEqual(await axe(page), [])
        assert.isFalse(await sticksOut(page), `${width}`)
      }
      // A link brings the list to another device, which asks first.
      await page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text }")
      await page.getByRole("button", { name: "Copy a link to my page" }).click()
      const link = await page.evaluate<string>("window.copied")
      assert.strictEqual(link, `${url}/me#list=i1.m${ALICE}.y${ALICE}`)
      await page.evaluate("localStorage.clear()")
      await page.goto(`${url}/issues`)
      await page.goto(`${link}.c0.zz.m5nobody.y5other`)
      await page.getByRole("button", { name: "Put it on my page" }).waitFor()
      assert.deepStrictEqual([await page.locator("main .watch").count(), await axe(page)], [0, []])
      await page.getByRole("button", { name: "Put it on my page" }).click()
      await until(page, "document.querySelectorAll('main .watch').length === 2")
      await page.getByRole("button", { name: "This is not me" }).waitFor()
      assert.strictEqual(page.url(), `${url}/me`)
      await page.locator("main .watch").first().click()
      await until(page, "document.querySelectorAll('main .watch').length === 1")
      await page.getByRole("button", { name: "This is not me" }).click()
      await page.getByLabel("Your hotkey").waitFor()
      // Invalid data in the store counts as no watched items.
      await page.evaluate("localStorage.setItem('watched', '{')")
      await page.reload()
      await page.getByText("You watch nothing yet").waitFor()
    })
  )

  it.scopedLive("notifies of what happens to what is watched, and of nothing else, once the reader asked for it", () =>
    lookedOn(seed, {}, PROMPT, async ({ page, url, run }) => {
      await page.addInitScript(`window.told = []
            window.Notification = class { static permission = "default"; constructor(title, { body }) { window.told.push(body) }
              static async requestPermission() { return (this.permission = "granted") } }`)
      await page.addInitScript(`localStorage.setItem("watched", JSON.stringify([{ kind: "issue", id: "1", name: "The issue" }]))`)
      await page.goto(`${url}/me`)
      await settled(page)
      await page.getByRole("button", { name: "Notify me" }).click()
      await until(page, "localStorage.getItem('notify') === 'on' && document.querySelector('.live[data-state=live]') !== null")
      await run(
        Effect.flatMap(SqlClient, (sql) =>
          sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`INSERT INTO blocks VALUES (${HEAD + 1}, '0xnew', now())`
              for (const issue of [1, 2])
                yield* sql`INSERT INTO events (block, index, name, fields) VALUES (${HEAD + 1}, ${issue}, 'BountyFunded', ${JSON.stringify({ issue })}::jsonb)`
            })
          )
        )
      )
      await until(page, "window.told.length > 0")
      assert.strictEqual(await page.evaluate("window.told.length"), 1)
      await page.addInitScript("delete window.Notification; Object.defineProperty(Navigator.prototype, 'standalone', { value: false })")
      await page.reload()
      await page.getByText("first add this page to your home screen").waitFor()
    })
  )
})

/** What a browser's push service gave it. Without a network, Chromium gets no subscription. */
const SUBSCRIBED = { endpoint: "https://push.example/1", keys: { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) } }

describe.skipIf(noBrowser)("notifications with the page closed", () => {
  it.live("are subscribed to for what is watched, follow it, are shown by the service worker, and end", () =>
    Effect.gen(function* () {
      yield* seed
      const asked: Array<unknown> = []
      const push = {
        publicKey: SUBSCRIBED.keys.p256dh,
        subscribe: (subscription: unknown) => Effect.sync(() => void asked.push(subscription)),
        unsubscribe: (endpoint: string) => Effect.sync(() => void asked.push(endpoint))
      }
      yield* looked({}, { push, chainHead: HEAD }, async ({ page, context, url }) => {
        await context.grantPermissions(["notifications"], { origin: url })
        await page.addInitScript(`PushManager.prototype.subscribe = PushManager.prototype.getSubscription = async () => ({
          endpoint: ${JSON.stringify(SUBSCRIBED.endpoint)}, unsubscribe: async () => true, toJSON: () => (${JSON.stringify(SUBSCRIBED)}) })`)
        await page.addInitScript(`localStorage.watched ??= JSON.stringify([{ kind: "issue", id: "1", name: "The issue" }])`)
        await page.goto(`${url}/me`)
        await settled(page)
        await until(page, "document.querySelector('.live[data-state=live]') !== null")
        await page.getByRole("button", { name: "Notify me" }).click()
        await page.getByText("also while this page is closed").waitFor()
        const wants = (...watches: ReadonlyArray<object>) => ({ ...SUBSCRIBED, watches })
        const issue = { kind: "issue", id: "1" }
        assert.deepStrictEqual(asked[0], wants(issue))
        const devtools = await context.newCDPSession(page)
        const registered = new Promise<string>((resolve) =>
          devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations: [first] }) => {
            if (first !== undefined) resolve(first.registrationId)
          })
        )
        await devtools.send("ServiceWorker.enable")
        const data = JSON.stringify({ title: "Gittensor", body: "It is paid", url: "/issues/1", tag: "1" })
        await devtools.send("ServiceWorker.deliverPushMessage", { origin: url, registrationId: await registered, data })
        await page.waitForFunction(
          "navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.some(({ body }) => body === 'It is paid'))"
        )
        await page.goto(`${url}/competitions/1`)
        await settled(page)
        const told = (method: string) => page.waitForResponse((answer) => answer.request().method() === method)
        await Promise.all([told("PUT"), page.getByRole("button", { name: "Watch" }).click()])
        assert.deepStrictEqual(asked.at(-1), wants({ kind: "competition", id: "1" }, issue))
        await page.goto(`${url}/me`)
        await Promise.all([told("DELETE"), page.getByRole("button", { name: "Notify me" }).click()])
        assert.strictEqual(asked.at(-1), SUBSCRIBED.endpoint)
        await until(page, "localStorage.getItem('notify') === null")
      })
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )
})
