/**
 * `npm run pictures -- ADDRESS`: the pictures in docs/ui, from a running demo (`npm start`) whose page is at that address. It waits until one
 * competitor's pull request is approved and the other's needs changes. At the default pace, two of three competitions get there.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Schema } from "effect"
import { launch, SETTLED } from "../test/support/web/chromium.ts"
import { movingPicture } from "./movingPicture.ts"

const FOLDER = resolve(import.meta.dirname, "../docs/ui")
const [SECOND, MINUTE] = [1_000, 60_000]

/** At most six, because the repository's history keeps each version of each picture. */
const PICTURES = {
  match: "a match, shortly before it is decided",
  home: "the page's start",
  issue: "the issue of that match",
  miner: "a miner",
  phone: "the same match on a phone"
} as const

/** The moving picture: what it shows, its size, how long each moment and the last one are shown, the most moments, and the most bytes. */
const MOVING = {
  what: "a match, from its beginning to the payment",
  view: { width: 900, height: 760 },
  // Beside the navigation, and below the buttons at the top.
  clip: { x: 217, y: 96, width: 682, height: 636 },
  each: 1_600,
  last: 5_000,
  most: 24
}
const MOST_BYTES = 1_500_000
/** What is said of the match: of each new text there is a moment. Clocks and votes are left out, since they change all the time. */
const PLAY = `[...document.querySelectorAll(".board-headline, .board-side")].map((one) => one.textContent).join(" ")`

const Running = Schema.Struct({
  items: Schema.Array(
    Schema.Struct({ id: Schema.Int, issue: Schema.Struct({ id: Schema.Int }), a: Schema.Struct({ hotkey: Schema.String }) })
  )
})
const Match = Schema.Struct({
  pullRequests: Schema.Array(
    Schema.Struct({ hotkey: Schema.NullOr(Schema.String), state: Schema.String, review: Schema.NullOr(Schema.String) })
  )
})

const [address = ""] = process.argv.slice(2)
if (!URL.canParse(address)) throw new Error("usage: npm run pictures -- ADDRESS, as npm start prints it")

const ask = async <A, I>(path: string, schema: Schema.Schema<A, I>): Promise<A> => {
  const answer = await fetch(new URL(path, address))
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return Schema.decodeUnknownSync(schema)(await answer.json())
}

const isBest = ({ pullRequests }: typeof Match.Type): boolean => {
  const of = (review: string) => pullRequests.find((one) => one.state === "open" && one.review === review)?.hotkey
  const [ahead, behind] = [of("approved"), of("changesRequested")]
  return ahead != null && behind != null && ahead !== behind
}

const bestMatch = async () => {
  for (const end = Date.now() + 30 * MINUTE; Date.now() < end; await Bun.sleep(SECOND)) {
    const { items } = await ask("/v1/competitions?status=Running", Running)
    for (const match of items) if (isBest(await ask(`/v1/competitions/${match.id}`, Match))) return match
  }
  throw new Error("no match came to its best moment in half an hour")
}

/** A match that has just begun. */
const newMatch = async () => {
  for (const end = Date.now() + 30 * MINUTE; Date.now() < end; await Bun.sleep(SECOND)) {
    const { items } = await ask("/v1/competitions?status=Running", Running)
    for (const match of items) if ((await ask(`/v1/competitions/${match.id}`, Match)).pullRequests.length === 0) return match
  }
  throw new Error("no match began in half an hour")
}

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof launch>>["newPage"]>>

/** The page's content security policy forbids eval, which waitForFunction needs. */
const settle = async (page: Page): Promise<void> => {
  while (!(await page.evaluate<boolean>(SETTLED))) await Bun.sleep(SECOND / 5)
}

/** Records a match from its beginning until its bounty is paid. */
const recorded = async (page: Page): Promise<Buffer> => {
  const { id } = await newMatch()
  await page.setViewportSize(MOVING.view)
  await page.goto(new URL(`/competitions/${id}`, address).href)
  await settle(page)
  const moments = new Map<string, Buffer>()
  for (const end = Date.now() + 30 * MINUTE; Date.now() < end; await Bun.sleep(SECOND)) {
    const text = await page.evaluate<string>(PLAY)
    // What was lit when it came is shown as it stays.
    if (!moments.has(text)) await Bun.sleep(2 * SECOND)
    if (!moments.has(text) && (await page.evaluate<string>(PLAY)) === text)
      moments.set(text, await page.screenshot({ clip: MOVING.clip, animations: "disabled" }))
    if (!/\bpaid\b/.test(text)) continue
    const pngs = [...moments.values()].slice(-MOVING.most)
    return movingPicture(pngs.map((png, index) => ({ png, milliseconds: index === pngs.length - 1 ? MOVING.last : MOVING.each })))
  }
  throw new Error(`match ${id} was not over in half an hour`)
}

const browser = await launch()
try {
  const page = await browser.newPage()
  // A busy machine may be slow to answer, and the state on the page does not come back.
  page.setDefaultTimeout(5 * MINUTE)
  const moving = await recorded(page)
  if (moving.length > MOST_BYTES) throw new Error(`the moving picture has ${moving.length} bytes, more than ${MOST_BYTES}`)
  const match = await bestMatch()
  const views: Readonly<Record<keyof typeof PICTURES, string>> = {
    match: `/competitions/${match.id}`,
    phone: `/competitions/${match.id}`,
    home: "/",
    issue: `/issues/${match.issue.id}`,
    miner: `/miners/${match.a.hotkey}`
  }
  mkdirSync(FOLDER, { recursive: true })
  for (const old of readdirSync(FOLDER)) if (/\.(?:jpg|png)$/.test(old)) rmSync(join(FOLDER, old))
  writeFileSync(join(FOLDER, "moving.png"), moving)
  for (const [name, view] of Object.entries(views)) {
    await page.setViewportSize(name === "phone" ? { width: 360, height: 740 } : { width: 1280, height: 800 })
    await page.goto(new URL(view, address).href)
    await settle(page)
    await page.screenshot({ path: join(FOLDER, `${name}.jpg`), type: "jpeg", quality: 60 })
  }
} finally {
  await browser.close()
}

writeFileSync(
  join(FOLDER, "README.md"),
  `# Pictures of the page

These pictures come from a run of the demo. To renew them and this list, run \`npm start\`, then \`npm run pictures -- ADDRESS\`.

- [${MOVING.what}](moving.png)
${Object.entries(PICTURES)
  .map(([name, what]) => `- [${what}](${name}.jpg)`)
  .join("\n")}
`
)
