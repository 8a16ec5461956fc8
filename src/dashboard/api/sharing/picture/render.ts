/** Renders drawings as PNG. The renderer and its fonts take 2.5 MB, so they are loaded for the first picture. */
import { Effect } from "effect"
import { LRUCache } from "lru-cache"

/** The executable contains the renderer compressed (scripts/embedded.ts). */
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

/** One per process, because the renderer's WebAssembly can be initialised only once. */
let loading: ReturnType<typeof load> | undefined
const loaded = Effect.promise(() => {
  loading ??= load()
  return loading
})

/** Bytes of all cached pictures, of about 40 kB each. */
const MOST_BYTES = 8_000_000
const kept = new LRUCache<bigint | number, Uint8Array>({ maxSize: MOST_BYTES, sizeCalculation: ({ length }) => length + 100 })

/** Rendering blocks the process for some 50 ms. So pictures are rendered one at a time, with a pause as long after each. */
const turn = Effect.unsafeMakeSemaphore(1)

/** The drawing as PNG, cached by its SVG. */
export const pngOf = (svg: string): Effect.Effect<Uint8Array> => {
  const key = Bun.hash(svg)
  const made = Effect.gen(function* () {
    const render = yield* loaded
    const before = kept.get(key)
    if (before !== undefined) return before
    const began = performance.now()
    const png = render(svg)
    kept.set(key, png)
    // Real time instead of Effect's `Clock`, because the pause serves the real event loop.
    const pause = performance.now() - began
    yield* Effect.promise(() => Bun.sleep(pause))
    return png
  })
  return Effect.suspend(() => {
    const found = kept.get(key)
    return found === undefined ? turn.withPermits(1)(made) : Effect.succeed(found)
  })
}
