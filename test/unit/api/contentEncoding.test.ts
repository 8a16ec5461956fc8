import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { chooseEncoding, compress, type Encoding, isCompressible } from "../../../src/dashboard/api/server/contentEncoding.ts"

describe("the encoding of an answer", () => {
  const cases: ReadonlyArray<readonly [header: string | undefined, encoding: Encoding | undefined, forFile?: Encoding]> = [
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["gzip, deflate, br, zstd", "zstd", "br"],
    ["gzip, deflate, br", "br"],
    ["gzip, deflate", "gzip"],
    ["x-gzip", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["br; q=0 , *", "zstd"],
    ["br; q=0 , zstd;q=0, *", "gzip"],
    ["*", "zstd", "br"],
    ["*;q=0", undefined],
    ["gzip;q=0.2, identity", undefined],
    ["deflate, zstd", "zstd"],
    ["deflate, compress", undefined],
    ["br;q=0.9, zstd;q=0.8", "br"],
    ["GZIP;Q=1", "gzip"],
    ["gzip;q=2", undefined],
    [";q=1,,=,gzip;q=", undefined]
  ]
  for (const [header, encoding, forFile = encoding] of cases)
    it(`is ${encoding ?? "none"} for ${header === undefined ? "no header" : JSON.stringify(header)}`, () => {
      assert.strictEqual(chooseEncoding(header), encoding)
      assert.strictEqual(chooseEncoding(header, "file"), forFile)
    })

  it("is a supported encoding or none, whatever a client sends", () => {
    fc.assert(fc.property(fc.string(), (header) => [undefined, "zstd", "br", "gzip"].includes(chooseEncoding(header))))
  })

  for (const items of [500, 5_000])
    it.effect(`restores an original body of ${items} items when decoded`, () =>
      Effect.gen(function* () {
        const bytes = new TextEncoder().encode(JSON.stringify(Array.from({ length: items }, (_, id) => ({ id, repository: "owner/name" }))))
        const [zstd, br, gzip] = yield* Effect.promise(() =>
          Promise.all([compress("zstd", bytes), compress("br", bytes), compress("gzip", bytes)])
        )
        assert.deepStrictEqual(new Uint8Array(zstdDecompressSync(zstd)), bytes)
        assert.isBelow(zstd.length, bytes.length / 4)
        assert.deepStrictEqual(new Uint8Array(brotliDecompressSync(br)), bytes)
        assert.deepStrictEqual(new Uint8Array(gunzipSync(gzip)), bytes)
        assert.isBelow(br.length, bytes.length / 4)
        assert.isBelow(gzip.length, bytes.length / 4)
      })
    )

  it("applies to text, but not to compressed content or streams", () => {
    for (const type of [
      "application/json",
      "application/json; charset=utf-8",
      "application/problem+json",
      "text/html",
      "text/plain; version=0.0.4"
    ])
      assert.isTrue(isCompressible(type), type)
    for (const type of [undefined, "text/event-stream", "image/png", "application/octet-stream", "application/gzip"])
      assert.isFalse(isCompressible(type), type)
  })
})
