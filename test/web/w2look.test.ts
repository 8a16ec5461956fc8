import { mkdirSync } from "node:fs"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { read } from "../../src/api/page/Page.ts"
import { HEAD } from "../api/seed.ts"
import { serve } from "../api/serving.ts"
import { variants } from "../database/support.ts"
import { everyState } from "./history.ts"
import { axe, settled, sticksOut, tab } from "./support.ts"

const [v] = variants
const views = (process.env.W2_VIEWS ?? "/competitions/2").split(" ")
const looks = (process.env.W2_LOOKS ?? "1280l").split(" ")
if (v !== undefined)
  it.scopedLive(
    "look",
    () =>
      Effect.gen(function* () {
        yield* everyState
        const page = yield* read("/tmp/w2.page")
        const url = yield* serve({ page, chainHead: HEAD + 3 })
        mkdirSync("/tmp/w2shots", { recursive: true })
        for (const look of looks) {
          const width = Number(look.slice(0, -1))
          const t = yield* tab({ width, height: width < 500 ? 740 : width > 2000 ? 1440 : 900, dark: look.endsWith("d") })
          yield* Effect.promise(async () => {
            for (const view of views) {
              await t.page.goto(url + view)
              await settled(t.page)
              for (const line of await axe(t.page)) console.log(`AXE ${look} ${view}: ${line}`)
              if (await sticksOut(t.page)) console.log(`OUT ${look} ${view}`)
              for (const c of t.complaints.splice(0)) console.log(`CON ${look} ${view}: ${c}`)
              for (const id of (process.env.W2_IDS ?? '').split(' ').filter(Boolean)) await t.page.locator('#' + id).screenshot({ path: `/tmp/w2shots/book-${id}-${look}.png` })
            if (process.env.W2_SHOT)
                await t.page.screenshot({
                  path: `/tmp/w2shots/${view
                    .slice(1)
                    .replace(/[^a-z0-9]/g, "-")
                    .slice(0, 40)}-${look}.png`,
                  fullPage: process.env.W2_SHOT === "full"
                })
            }
          })
        }
      }).pipe(Effect.provide(v.layer)),
    300_000
  )
