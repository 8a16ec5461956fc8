/** Pictures, feeds and badges, over HTTP. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { XMLParser } from "fast-xml-parser"
import { Contact } from "../../../src/dashboard/api/queries/chain.ts"
import { matchPicture } from "../../../src/dashboard/api/sharing/pictures.ts"
import { emblemOf } from "../../../src/story/emblem.ts"
import { ALICE, BOB, CAROL, seed } from "../../support/api/seed.ts"
import { type Answer, ask, serve } from "../../support/api/serving.ts"
import { variants } from "../../support/database/support.ts"

const [{ layer } = { layer: undefined }] = variants
const textOf = ({ bytes }: Answer) => new TextDecoder().decode(bytes)

const NASTY = `"><script>alert(1)</script>]]> & \u202eevil\ufffe\uffff`

/** Width and height from a PNG's header. */
const sizeOf = ({ bytes }: Answer) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  assert.strictEqual(view.getBigUint64(0), 0x89504e470d0a1a0an)
  return [view.getUint32(16), view.getUint32(20)]
}

const parser = new XMLParser({ ignoreAttributes: false })
const entriesOf = (answer: Answer): ReadonlyArray<Record<string, unknown>> => {
  const { entry = [] } = parser.parse(textOf(answer)).feed
  return Array.isArray(entry) ? entry : [entry]
}

if (layer !== undefined)
  describe("what others embed", () => {
    const withServer = <A, E, R>(body: (url: string) => Effect.Effect<A, E, R>) =>
      seed.pipe(Effect.zipRight(serve()), Effect.flatMap(body), Effect.scoped, Effect.provide(layer))

    it.scoped("has a picture of each match and issue, which changes with its state and not without", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          const paths = ["/og/competitions/1.png", "/og/issues/1.png", "/og/gittensor.png"]
          for (const path of paths) {
            const picture = yield* ask(url + path)
            assert.deepStrictEqual([picture.status, picture.headers.get("content-type")], [200, "image/png"], path)
            assert.deepStrictEqual(sizeOf(picture), [1_200, 630], path)
            const again = yield* ask(url + path, { headers: { "if-none-match": picture.headers.get("etag") ?? "" } })
            assert.strictEqual(again.status, 304, path)
          }
          const before = yield* ask(url + paths[0])
          yield* sql`UPDATE miners SET github_login = ${NASTY} WHERE hotkey = ${ALICE}`
          yield* sql`UPDATE issues SET title = ${NASTY.repeat(40)}`
          const after = yield* ask(url + paths[0])
          assert.deepStrictEqual([after.status, after.bytes.length === before.bytes.length], [200, false])
          assert.strictEqual((yield* ask(url + paths[1])).status, 200)
          for (const path of ["/og/competitions/77.png", "/og/issues/77.png"])
            assert.strictEqual((yield* ask(url + path)).status, 404, path)
          for (const path of ["/og/competitions/x.png", "/og/competitions/1.svg", "/og/issues/.png"])
            assert.strictEqual((yield* ask(url + path)).status, 400, path)
        })
      )
    )

    it.scoped("draws ratings as the page does, each account's emblem, and alpha by its sign", () =>
      withServer(() =>
        Effect.gen(function* () {
          const drawing = Option.getOrThrow(yield* matchPicture(1))
          const texts = [...drawing.matchAll(/<text[^>]*>([^<]+)/g)].map(([, text]) => text)
          assert.strictEqual(texts.filter((text) => text === "1,512?").length, 2, texts.join())
          assert.include(texts, "100")
          assert.notInclude(drawing, "alpha")
          for (const hotkey of [ALICE, BOB]) assert.include(drawing, `d="${emblemOf(hotkey)[0]}"`)
        })
      )
    )

    it.scoped("has a feed of what happened, by kind, repository and miner", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          const events = [
            [31, "IssueRegistered", { issue: 1, repository: "acme/widgets", number: 42, bounty: "100000000000" }],
            [32, "CompetitionStarted", { competition: 1, issue: 1, a: { hotkey: ALICE } }],
            [33, "CompetitionWon", { competition: 1, issue: 1, hotkey: ALICE, winner: 0, pullRequest: 77 }],
            [34, "BountyPaid", { competition: 1, issue: 1, hotkey: ALICE, amount: "100000000000" }]
          ] as const
          for (const [block, name, fields] of events)
            yield* sql`INSERT INTO events (block, index, name, fields) VALUES (${block}, 9, ${name}, ${JSON.stringify(fields)}::jsonb)`
          const [{ count } = { count: 0 }] = yield* sql<{
            count: number
          }>`SELECT count(*)::int AS count FROM events WHERE name IN ('IssueRegistered', 'CompetitionStarted', 'CompetitionWon', 'BountyPaid')`
          const whole = yield* ask(`${url}/feed.atom`)
          assert.match(whole.headers.get("content-type") ?? "", /^application\/atom\+xml/)
          assert.strictEqual(entriesOf(whole).length, count)
          const [newest] = entriesOf(whole)
          assert.match(JSON.stringify(newest), /Paid: login-1 was paid 100 α/)
          assert.include(JSON.stringify(newest), `${url}/competitions/1`)
          const titles = (query: string) => Effect.map(ask(`${url}/feed.atom?${query}`), (answer) => entriesOf(answer).length)
          const paid = yield* titles("kind=paid")
          assert.isAbove(paid, 0)
          assert.isBelow(paid, count)
          assert.strictEqual(yield* titles("kind=vote"), 1, "only to those who ask")
          assert.strictEqual(yield* titles("repository=ACME/widgets"), count)
          assert.strictEqual(yield* titles("repository=acme/other"), 0)
          assert.isAbove(yield* titles(`hotkey=${ALICE}`), 0)
          assert.strictEqual(yield* titles("hotkey=Login-1"), yield* titles(`hotkey=${ALICE}`))
          assert.strictEqual(yield* titles("hotkey=nobody-has-it"), 0)
          assert.strictEqual(yield* titles(`hotkey=${CAROL}`), 0)
          // A match's own feed also contains its plays, with changes of the lead.
          const match = JSON.stringify(entriesOf(yield* ask(`${url}/feed.atom?competition=1`)))
          for (const told of [
            "login-1 takes the lead: is first with an open pull request",
            "login-1’s #77 is merged",
            "1 failing test now passes"
          ])
            assert.include(match, told)
          assert.include(match, "Paid: login-1 was paid 100 α")
          assert.notInclude(match, "New issue")
          assert.strictEqual(yield* titles("competition=999"), 0)
          const ids = [...entriesOf(whole), ...entriesOf(yield* ask(`${url}/feed.atom?competition=1&kind=issue`))].map(({ id }) => id)
          assert.strictEqual(new Set(ids).size, ids.length)
          yield* sql`UPDATE miners SET github_login = ${NASTY}`
          yield* sql`UPDATE issues SET title = ${NASTY}`
          const hostile = yield* ask(`${url}/feed.atom`)
          assert.strictEqual(entriesOf(hostile).length, count)
          assert.notInclude(textOf(hostile), "<script")
          assert.include(textOf(hostile), "&lt;script&gt;")
          // XML cannot hold these at all: https://www.w3.org/TR/xml/#charsets
          assert.match(textOf(hostile), /evil\ufffd\ufffd/)
          assert.notMatch(textOf(hostile), /[\ufffe\uffff]/)
          for (const query of ["kind=nothing", "hotkey=not_me", "repository="])
            assert.strictEqual((yield* ask(`${url}/feed.atom?${query}`)).status, 400, query)
        })
      )
    )

    it.scoped("tells language models how everything works, with addresses that answer", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          const llms = textOf(yield* ask(`${url}/llms.txt`))
          assert.match(llms, /^# Gittensor\n\n> /)
          assert.notMatch(llms, /undefined|NaN|\[object/)
          const api = [...llms.matchAll(/\]\((http[^)]+)\)/g)]
            .map(([, address = ""]) => address)
            .filter((address) => /\/(v1|feed|openapi|docs)/.test(address))
          assert.isAbove(api.length, 10)
          for (const address of new Set(api.filter((one) => !one.endsWith("/stream"))))
            assert.strictEqual((yield* ask(address)).status, 200, address)
          yield* sql`UPDATE miners SET github_login = '[x](javascript:alert(1))'`
          assert.notInclude(textOf(yield* ask(`${url}/llms.txt`)), "[x](javascript")
        })
      )
    )

    it.scoped("tells programs and language models where people reach whoever serves it, and names nobody otherwise", () =>
      Effect.gen(function* () {
        yield* seed
        const [silent, url] = yield* Effect.all([serve(), serve().pipe(Effect.provideService(Contact, "owner@gittensor.example"))])
        const config = (at: string) => Effect.map(ask(`${at}/v1/config`), ({ json }) => json())
        assert.deepInclude(yield* config(silent), { contact: null })
        assert.deepInclude(yield* config(url), { contact: "owner@gittensor.example" })
        assert.notInclude(textOf(yield* ask(`${silent}/llms.txt`)), "The operator answers")
        assert.include(
          textOf(yield* ask(`${url}/llms.txt`)),
          "The operator answers at [owner@gittensor.example](mailto:owner@gittensor.example)."
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("has a badge for each match and each issue, whatever people are called", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          const title = (text: string) => /<title>(.*?)<\/title>/.exec(text)?.[1]
          const match = yield* ask(`${url}/badges/competitions/1.svg`)
          assert.match(match.headers.get("content-type") ?? "", /^image\/svg\+xml/)
          assert.strictEqual(match.headers.get("cache-control"), "public, max-age=300")
          assert.strictEqual(title(textOf(match)), "match 1: login-1 won with #77 · paid")
          assert.strictEqual(title(textOf(yield* ask(`${url}/badges/issues/1.svg`))), "bounty: 100 α · solved and paid")
          for (const path of ["/badges/competitions/999.svg", "/badges/issues/999.svg"])
            assert.strictEqual((yield* ask(url + path)).status, 404, path)
          for (const path of ["/badges/competitions/1", "/badges/issues/x.svg"])
            assert.strictEqual((yield* ask(url + path)).status, 400, path)
          yield* sql`UPDATE miners SET github_login = ${`${NASTY}${"x".repeat(200)}`}`
          const hostile = textOf(yield* ask(`${url}/badges/competitions/1.svg`))
          assert.notInclude(hostile, "<script")
          assert.notMatch(hostile, /[\ufffe\uffff]/)
          assert.match(title(hostile) ?? "", /…$/)
          assert.isBelow(Number(/width="(\d+)"/.exec(hostile)?.[1]), 900)
        })
      )
    )

    it.scoped("has a badge for each repository", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const { items } = (yield* ask(`${url}/v1/issues?repository=acme/widgets`)).json() as { items: ReadonlyArray<{ status: string }> }
          assert.deepStrictEqual(
            items.map(({ status }) => status),
            ["Paid"]
          )
          const badge = yield* ask(`${url}/badge/ACME/widgets.svg`)
          assert.match(badge.headers.get("content-type") ?? "", /^image\/svg\+xml/)
          assert.strictEqual(badge.headers.get("cache-control"), "public, max-age=300")
          assert.include(textOf(badge), `<title>bounties: 1 paid</title>`)
          assert.include(textOf(yield* ask(`${url}/badge/acme/gadgets.svg`)), "<title>bounties: 1 open</title>")
          assert.include(textOf(yield* ask(`${url}/badge/acme/next.js.svg`)), "none yet")
          for (const path of ["/badge/acme/widgets", "/badge/a%3Cb/x.svg"]) assert.strictEqual((yield* ask(url + path)).status, 400, path)
        })
      )
    )
  })
