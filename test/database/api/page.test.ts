/** The built page, as the server delivers it. */
import { createHash } from "node:crypto"
import { brotliDecompressSync } from "node:zlib"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { PAGES } from "../../../src/dashboard/api/definition/pages.ts"
import { built } from "../../../src/dashboard/api/page/Page.ts"
import { ALICE, BOB, seed, VALIDATOR } from "../../support/api/seed.ts"
import { type Answer, ask, serve } from "../../support/api/serving.ts"
import { variants } from "../../support/database/support.ts"

const [{ layer } = { layer: undefined }] = variants
/** Everything except the tags about the view's content. */
const bodyOf = (answer: Answer) => textOf(answer).replace(/<title>.*?(?=<script|<link rel="(?:icon|stylesheet|modulepreload)")/s, "")

/** The content of a page's head. */
const headOf = (answer: Answer) => {
  const html = textOf(answer)
  const found = new Map<string, string>()
  const take = (name: string | null, value: string | null) => found.set(name ?? "", value ?? "")
  new HTMLRewriter()
    .on("meta[name], meta[property]", {
      element: (element) => void take(element.getAttribute("name") ?? element.getAttribute("property"), element.getAttribute("content"))
    })
    .on('link[rel="canonical"]', { element: (element) => void take("canonical", element.getAttribute("href")) })
    .transform(html)
  return { html, title: /<title>(.*?)<\/title>/s.exec(html)?.[1], tag: (name: string) => unescaped(found.get(name) ?? "") }
}

const unescaped = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&amp;", "&")

const textOf = ({ bytes }: Answer) => new TextDecoder().decode(bytes)

if (layer !== undefined)
  describe("the page", () => {
    const withPage = <A, E, R>(body: (url: string) => Effect.Effect<A, E, R>) =>
      Effect.gen(function* () {
        yield* seed
        return yield* body(yield* serve({ page: yield* built }))
      }).pipe(Effect.provide(layer))

    it.scoped("is served at every view's address, and blocks scripts of other hosts", () =>
      withPage((url) =>
        Effect.gen(function* () {
          const index = yield* ask(url)
          assert.strictEqual(index.status, 200)
          // Without filters, the head also preloads the view's data.
          const filtered = yield* ask(`${url}/?any=thing`)
          for (const path of Object.values(PAGES)) {
            const answer = yield* ask(`${url}${path.replaceAll(/:\w+/g, "7")}?any=thing`)
            // The view shows that the object does not exist, and the status agrees.
            assert.strictEqual(answer.status, path.includes(":") ? 404 : 200, path)
            assert.strictEqual(bodyOf(answer), bodyOf(filtered), path)
            assert.match(answer.headers.get("content-type") ?? "", /^text\/html/)
          }
          const policy = index.headers.get("content-security-policy") ?? ""
          assert.match(policy, /default-src 'none'; script-src 'self' 'sha256-/)
          assert.notInclude(policy, "unsafe")
          assert.deepStrictEqual(policy.match(/https?:[^ ;]+/g), ["https://avatars.githubusercontent.com"])
          const again = yield* ask(url, { headers: { "if-none-match": index.headers.get("etag") ?? "" } })
          assert.deepStrictEqual(
            [again.status, again.headers.get("content-security-policy")],
            [304, policy],
            "which the browser takes over"
          )
          const [inline = ""] = textOf(index).match(/(?<=<script>)[^<]+/) ?? []
          assert.include(policy, `'sha256-${Buffer.from(Bun.SHA256.hash(inline).buffer).toString("base64")}'`)
          const loaded = textOf(index).replaceAll(/<link rel="(canonical|alternate)"[^>]*>/g, "")
          assert.isNull(/(?:src|href)="(?:https?:)?\/\//.exec(loaded), "nothing from elsewhere")
        })
      )
    )

    it.scoped("says in its head what a view is about, whatever strangers wrote, under the address that people use", () =>
      withPage((url) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          const host = new URL(url).host
          const match = headOf(yield* ask(`${url}/competitions/1?from=mail`))
          assert.strictEqual(match.title, "login-1 against login-2 · Gittensor")
          assert.strictEqual(match.tag("og:title"), "login-1 against login-2")
          assert.match(match.tag("og:description"), /^login-1 against login-2 for 100 α on acme\/widgets#42 “/)
          assert.strictEqual(match.tag("description"), match.tag("og:description"))
          assert.strictEqual(match.tag("canonical"), `http://${host}/competitions/1`)
          assert.include(headOf(yield* ask(`${url}/miners/${ALICE}`)).tag("description"), "Rating")
          assert.strictEqual(headOf(yield* ask(`${url}/head-to-head?a=${ALICE}&b=${BOB}`)).tag("og:title"), "login-1 against login-2")
          for (const path of ["/competitions/77", "/competitions/x", "/miners/nobody", "/head-to-head?a=1&b=2", "/issues/99999999999"])
            assert.notInclude(headOf(yield* ask(url + path)).tag("og:title"), "against", path)
          const nasty = `"><script>alert(1)</script> </title> \u202e' & $& $\``
          yield* sql`UPDATE issues SET title = ${nasty}, repository = 'acme/"><img src=x>'`
          yield* sql`UPDATE miners SET github_login = ${nasty}`
          for (const path of ["/issues/1", "/competitions/1", `/miners/${ALICE}`]) {
            const { html, tag } = headOf(yield* ask(url + path))
            assert.notInclude(html, "alert(1)</script>", path)
            assert.notInclude(html, "<img", path)
            assert.strictEqual(html.match(/<\/title>/g)?.length, 1, path)
            assert.include(tag("og:title"), `"><script>alert(1)</script> </title> ' & $& $\``, path)
          }
          const proxied = { "x-forwarded-proto": "https", "x-forwarded-host": "dash.example" }
          assert.strictEqual(headOf(yield* ask(`${url}/treasury`, { headers: proxied })).tag("og:url"), "https://dash.example/treasury")
          // A shared cache must not serve this host's answer to other clients.
          for (const path of ["/treasury", "/feed.atom", "/llms.txt"])
            assert.match(
              (yield* ask(url + path, { headers: proxied })).headers.get("vary") ?? "",
              /x-forwarded-host.*accept-encoding/,
              path
            )
          const forged = { "x-forwarded-proto": "https", "x-forwarded-host": 'dash.example"><script>' }
          assert.strictEqual(headOf(yield* ask(`${url}/treasury`, { headers: forged })).tag("og:url"), "http://localhost/treasury")
          yield* sql`ALTER TABLE competitions RENAME TO hidden`
          const without = yield* ask(`${url}/competitions/1`)
          assert.deepStrictEqual([without.status, headOf(without).title], [200, "Match · Gittensor"])
          yield* sql`ALTER TABLE hidden RENAME TO competitions`
        })
      )
    )

    it.scoped("is there for everything that the index knows, and not found for anything else", () =>
      withPage((url) =>
        Effect.gen(function* () {
          const pages = [
            ["/issues/1", 200],
            ["/issues/77", 404],
            ["/competitions/1", 200],
            ["/competitions/x", 404],
            [`/miners/${ALICE}`, 200],
            ["/miners/nobody", 404],
            [`/validators/${VALIDATOR}`, 200],
            [`/validators/${ALICE}`, 404],
            ["/repositories/ACME/widgets", 200],
            ["/repositories/acme/gears", 200],
            ["/repositories/acme/unknown", 404],
            ["/search?q=crash", 200],
            ["/consensus/2", 200],
            ["/consensus/77", 404],
            [`/head-to-head?a=${ALICE}&b=${BOB}`, 200],
            [`/head-to-head?a=${ALICE}`, 200],
            ["/head-to-head?a=1&b=2", 404]
          ] as const
          for (const [path, status] of pages) assert.strictEqual((yield* ask(url + path)).status, status, path)
        })
      )
    )

    it.scoped("believes no proxy that the operator has not named, and tells him of it", () =>
      Effect.gen(function* () {
        yield* seed
        const lines: Array<string> = []
        const logger = Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ message }) => lines.push(String(message)))
        )
        const url = yield* Effect.provide(serve({ page: yield* built, proxies: [], rateLimit: 4 }), logger)
        const from = (client: string) => ({
          headers: { "x-forwarded-for": client, "x-forwarded-proto": "https", "x-forwarded-host": "dash.example" }
        })
        assert.strictEqual(headOf(yield* ask(`${url}/treasury`, from("192.0.2.1"))).tag("og:url"), `${url}/treasury`)
        const feed = yield* ask(`${url}/feed.atom`, from("192.0.2.2"))
        assert.notInclude(new TextDecoder().decode(feed.bytes), "dash.example")
        const statuses = yield* Effect.forEach([3, 4, 5], (n) => ask(`${url}/v1/config`, from(`192.0.2.${n}`)))
        assert.deepStrictEqual(
          statuses.map(({ status }) => status),
          [200, 200, 429]
        )
        assert.lengthOf(lines, 1)
        assert.match(
          lines[0] ?? "",
          /^a proxy at 127\.0\.0\.1 sends X-Forwarded-For, which does not count: .* --trusted-proxies 127\.0\.0\.1$/
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("names the address that --public-url gives", () =>
      Effect.gen(function* () {
        yield* seed
        const url = yield* serve({ page: yield* built, publicUrl: "https://gittensor.example" })
        assert.strictEqual(headOf(yield* ask(`${url}/issues/1`)).tag("canonical"), "https://gittensor.example/issues/1")
      }).pipe(Effect.provide(layer))
    )

    it.scoped("is shown to a browser whose address is malformed or too long; a program gets the error", () =>
      withPage((url) =>
        Effect.gen(function* () {
          for (const [path, status] of [
            ["/issues?search=%00", 400],
            ["/issues/%zz", 400],
            [`/issues?search=${"s".repeat(5_000)}`, 414]
          ] as const) {
            const shown = yield* ask(url + path, { headers: { accept: "text/html" } })
            assert.deepStrictEqual([shown.status, shown.headers.get("content-type")?.slice(0, 9)], [status, "text/html"], path)
            const forProgram = yield* ask(url + path, { headers: { accept: "application/json" } })
            assert.deepStrictEqual(
              [forProgram.status, forProgram.headers.get("content-type")?.slice(0, 16)],
              [status, "application/json"],
              path
            )
          }
          const api = yield* ask(`${url}/v1/issues?search=%00`, { headers: { accept: "text/html" } })
          assert.deepStrictEqual([api.status, api.headers.get("content-type")?.slice(0, 16)], [400, "application/json"])
        })
      )
    )

    it.scoped("has files that are cached for ever and compressed", () =>
      withPage((url) =>
        Effect.gen(function* () {
          const html = textOf(yield* ask(`${url}/issues`))
          const paths = [...html.replaceAll(/<a [^>]*>/g, "").matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = ""]) =>
            path.replaceAll("&amp;", "&")
          )
          assert.isAbove(paths.filter((path) => path.startsWith("/assets/")).length, 1)
          assert.notInclude(html, ".woff2", "the typeface would share the line with the script that draws the first text")
          const styles = textOf(yield* ask(url + (paths.find((path) => path.endsWith(".css")) ?? assert.fail("no styles"))))
          const [, typeface] = styles.match(/url\("?\.\/([\w-]+\.woff2)/) ?? assert.fail("no typeface")
          for (const path of [...paths, `/assets/${typeface}`]) {
            const answer = yield* ask(url + path, { headers: { "accept-encoding": "gzip, deflate, br, zstd" } })
            assert.strictEqual(answer.status, 200, path)
            const hashed = path.startsWith("/assets/")
            assert.strictEqual(
              answer.headers.get("cache-control"),
              hashed ? "public, max-age=31536000, immutable" : "public, no-cache",
              path
            )
            if (path.endsWith(".woff2"))
              assert.deepStrictEqual(
                [answer.headers.get("content-type"), Buffer.from(answer.bytes).toString("latin1", 0, 4)],
                ["font/woff2", "wOF2"]
              )
            if (!path.endsWith(".js")) continue
            assert.strictEqual(answer.headers.get("content-encoding"), "br")
            assert.isBelow(answer.bytes.length, brotliDecompressSync(answer.bytes).length)
            const again = yield* ask(url + path, { headers: { "if-none-match": answer.headers.get("etag") ?? "" } })
            assert.strictEqual(again.status, 304)
            // The first visitor does not wait for the best compression.
            if (!path.startsWith("/assets/main-") || answer.bytes.length < 100_000) continue
            const best = yield* ask(url + path, { headers: { "accept-encoding": "br" } }).pipe(
              Effect.repeat({ until: ({ bytes }) => bytes.length < answer.bytes.length * 0.9 })
            )
            assert.deepStrictEqual(brotliDecompressSync(best.bytes), brotliDecompressSync(answer.bytes))
          }
        })
      )
    )

    it.scoped("loads at most 200 KB of compressed script before a view, and the other views' on demand", () =>
      Effect.gen(function* () {
        const { files, index: page } = yield* built
        const scripts = [...files].filter(([path]) => path.endsWith(".js"))
        assert.isAbove(scripts.length, 5, "views are files of their own")
        const index = new TextDecoder().decode(page.bytes)
        const first = scripts.filter(([path]) => index.includes(path))
        assert.isAbove(first.length, 0, "the page names the script that it begins with")
        assert.isBelow(first.length, scripts.length)
        const sizes = first.map(([, { bytes }]) => Bun.gzipSync(new Uint8Array(bytes)).length)
        assert.isAtMost(
          sizes.reduce((sum, size) => sum + size, 0),
          200_000
        )
      })
    )

    it.scoped("serves the check of a match as one file under its own policy, which names the network that is indexed", () =>
      Effect.gen(function* () {
        const read = (url: string) => ask(`${url}/verify.html`, { headers: { "accept-encoding": "identity" } })
        const networkIn = (text: string) => /gittensor-network" content="([^"]*)"/.exec(text)?.[1]?.replaceAll("&#34;", '"')
        yield* seed
        const witnesses = ["wss://one.example", 'wss://two.example/a"b']
        const page = yield* built
        const answer = yield* read(yield* serve({ page, witnesses }))
        const text = textOf(answer)
        const sql = yield* SqlClient
        const [chain] = yield* sql<{
          readonly genesis: string
          readonly contract: string
        }>`SELECT genesis_hash AS genesis, contract FROM chain`
        assert.deepStrictEqual(JSON.parse(networkIn(text) ?? ""), { ...chain, endpoints: witnesses })
        const inFile = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]
        assert.strictEqual(answer.headers.get("content-security-policy"), `${inFile}; frame-ancestors 'none'`)
        for (const element of ["script", "style"]) {
          const parts = [...text.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, "g"))]
          assert.lengthOf(parts, 1, "all of it is inside")
          assert.include(
            inFile,
            `${element}-src 'sha256-${createHash("sha256")
              .update(parts[0]?.[1] ?? "")
              .digest("base64")}'`
          )
        }
        assert.notMatch(text, /(?:src|href)="(?!data:)/)
        assert.isAtMost(Bun.gzipSync(new TextEncoder().encode(text)).length, 100_000)
        // What a release has is the same file without a network.
        assert.strictEqual(text.replace(/(gittensor-network" content=")[^"]*/, "$1"), new TextDecoder().decode(page.check?.bytes))
        for (const { bytes } of page.files.values()) assert.notInclude(new TextDecoder().decode(bytes), "chain_getBlockHash")
      }).pipe(Effect.provide(layer))
    )

    it.scoped("shows people a page for an unknown address, and programs the API's error shape", () =>
      withPage((url) =>
        Effect.gen(function* () {
          const shown = yield* ask(`${url}/nothing`, { headers: { accept: "text/html,*/*" } })
          assert.deepStrictEqual([shown.status, shown.headers.get("cache-control")], [404, "no-store"])
          assert.include(textOf(shown), "<html")
          for (const [path, accept] of [
            ["/nothing", "application/json"],
            ["/v1/nothing", "text/html"],
            ["/assets/gone-12345678.js", "text/html"]
          ] as const) {
            const answer = yield* ask(url + path, { headers: { accept } })
            assert.strictEqual(answer.status, 404, path)
            assert.property(answer.json(), "message", path)
          }
          assert.strictEqual((yield* ask(`${url}/issues`, { method: "POST" })).status, 405)
          assert.strictEqual((yield* ask(`${url}/v1/issues`)).headers.get("content-type"), "application/json")
        })
      )
    )
  })
