/** The built page, as the server delivers it. */
import { resolve } from "node:path"
import { brotliDecompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { PAGES } from "../../../src/api/definition/pages.ts"
import { read } from "../../../src/api/page/Page.ts"
import { seed } from "../../support/api/seed.ts"
import { type Answer, ask, serve } from "../../support/api/serving.ts"
import { variants } from "../../support/database/support.ts"

/** The build output. Only Bun can import it. */
const built = read(resolve(import.meta.dirname, "../../../web/built.page"))

const [{ layer } = { layer: undefined }] = variants
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
          for (const path of Object.values(PAGES)) {
            const answer = yield* ask(`${url}${path.replace(/:\w+/, "7")}?any=thing`)
            assert.strictEqual(answer.status, 200, path)
            assert.strictEqual(textOf(answer), textOf(index), path)
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
          assert.isNull(/(?:src|href)="(?:https?:)?\/\//.exec(textOf(index)), "nothing from elsewhere")
        })
      )
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
          const paths = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = ""]) => path)
          assert.isAbove(paths.filter((path) => path.startsWith("/assets/")).length, 1)
          for (const path of paths) {
            const answer = yield* ask(url + path, { headers: { "accept-encoding": "br" } })
            assert.strictEqual(answer.status, 200, path)
            const hashed = path.startsWith("/assets/")
            assert.strictEqual(
              answer.headers.get("cache-control"),
              hashed ? "public, max-age=31536000, immutable" : "public, no-cache",
              path
            )
            if (!path.endsWith(".js")) continue
            assert.strictEqual(answer.headers.get("content-encoding"), "br")
            assert.isBelow(answer.bytes.length, brotliDecompressSync(answer.bytes).length)
            const again = yield* ask(url + path, { headers: { "if-none-match": answer.headers.get("etag") ?? "" } })
            assert.strictEqual(again.status, 304)
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
