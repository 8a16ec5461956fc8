/**
 * Bucket listings of several pages. Servers escape XML in several ways: Go's library, which MinIO and others use, writes quotes as numeric references
 * (https://pkg.go.dev/encoding/xml#EscapeText). A continuation token may be any text.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { bucketObjects } from "../../../src/layers/storage/objects/bucketObjects.ts"
import { serve } from "../../support/serve.ts"

const KEYS = ["a", "b", "c", "d", "e"]
const DAY = "2026-11-01T00:00:00.000Z"

/** A token for the objects from `at` on, with every character that XML escapes. */
const tokenTo = (at: number) => `x'$+/="<&>é${at}`

const named = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
const WAYS: ReadonlyArray<readonly [name: string, escape: (text: string) => string]> = [
  ["names", (text) => named(text).replaceAll('"', "&quot;").replaceAll("'", "&apos;")],
  ["decimal numbers, as Go does", (text) => named(text).replaceAll('"', "&#34;").replaceAll("'", "&#39;")],
  ["hexadecimal numbers", (text) => text.replace(/[^\w.-]/g, (one) => `&#x${one.codePointAt(0)?.toString(16)};`)],
  ["names where it has to", named]
]

/** A server with two objects a page, which accepts only its own tokens. */
const serverOf = (prefix: string, escape: (text: string) => string) =>
  serve(({ url }) => {
    const asked = new URL(url).searchParams.get("continuation-token")
    const at = asked === null ? 0 : KEYS.findIndex((_, index) => tokenTo(index) === asked)
    if (at < 0) return new Response("<Error><Code>InvalidArgument</Code></Error>", { status: 400 })
    const contents = KEYS.slice(at, at + 2).map(
      (key) => `<Contents><Key>${escape(prefix + key)}</Key><LastModified>${DAY}</LastModified><Size>3</Size></Contents>`
    )
    const next = at + 2 < KEYS.length ? `<NextContinuationToken>${escape(tokenTo(at + 2))}</NextContinuationToken>` : ""
    return new Response(`<ListBucketResult><IsTruncated>${next !== ""}</IsTruncated>${contents.join("")}${next}</ListBucketResult>`)
  })

describe("a bucket's list", () => {
  it.scopedLive.each(WAYS)("goes on to its end where the server escapes by %s", ([, escape]) =>
    Effect.gen(function* () {
      const prefix = "o'neil & sons"
      const { port } = yield* serverOf(`${prefix}/`, escape)
      const store = yield* bucketObjects({
        bucket: "b",
        prefix,
        endpoint: `http://127.0.0.1:${port}`,
        region: "us-east-1",
        style: "path",
        accessKeyId: Redacted.make("key"),
        secretAccessKey: Redacted.make("secret"),
        sessionToken: Option.none()
      })
      assert.deepStrictEqual(
        (yield* store.list).map(({ key }) => key),
        KEYS
      )
    })
  )
})
