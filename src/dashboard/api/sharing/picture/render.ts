/** Turns drawings into PNG. The renderer and its typeface take 2.5 MB, so they are loaded for the first picture. */
import { Effect } from "effect"
import { LRUCache } from "lru-cache"

/** The executable holds the renderer compressed (scripts/embedded.ts). */
const contentOf = async (path: string) => {
  const bytes = await Bun.file(path).bytes()
  return path.endsWith(".zst") ? Bun.zstdDecompress(bytes) : bytes
}

const load = async () => {
  const [{ initWasm, Resvg }, { default: wasm }, { default: medium }, { default: bold }] = await Promise.all([
    import("@resvg/resvg-wasm"),
    import("@resvg/resvg-wasm/index_bg.wasm", { with: { type: "file" } }),
    import("./archivo-500.ttf", { with: { type: "file" } }),
    import("./archivo-800.ttf", { with: { type: "file" } })
  ])
  const [program, ...fontBuffers] = await Promise.all([wasm, medium, bold].map(contentOf))
  await initWasm(program ?? new Uint8Array())
  return (svg: string): Uint8Array => {
    const renderer = new Resvg(svg, { font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: "Archivo SemiBold" } })
    const image = renderer.render()
    try {
      return image.asPng()
    } finally {
      image.free()
      renderer.free()
    }
  }
}

/** One for the process, because the renderer can be started only once. */
let loading: ReturnType<typeof load> | undefined
const loaded = Effect.promise(() => {
  loading ??= load()
  return loading
})

/** Bytes of all kept pictures. One has about 40 kB. */
const MOST_BYTES = 8_000_000
const kept = new LRUCache<bigint | number, Uint8Array>({ maxSize: MOST_BYTES, sizeCalculation: ({ length }) => length + 100 })

/** Rendering blocks the process for some 50 ms, so only one picture is made at a time, and others may use the process after each for as long. */
const turn = Effect.unsafeMakeSemaphore(1)

/** The drawing as PNG: from memory if it was drawn before, whatever it is a picture of. */
export const pngOf = (svg: string): Effect.Effect<Uint8Array> => {
  const key = Bun.hash(svg)
  const made = Effect.gen(function* () {
    const render = yield* loaded
    const before = kept.get(key)
    if (before !== undefined) return before
    const began = performance.now()
    const png = render(svg)
    kept.set(key, png)
    // By the machine's clock, because it is the machine that others wait for.
    const pause = performance.now() - began
    yield* Effect.promise(() => Bun.sleep(pause))
    return png
  })
  return Effect.suspend(() => {
    const found = kept.get(key)
    return found === undefined ? turn.withPermits(1)(made) : Effect.succeed(found)
  })
}
