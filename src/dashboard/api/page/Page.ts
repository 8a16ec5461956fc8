/** The built web page, read from web/built.page, which `npm run web` makes and the executable embeds. */
import { Effect, Schema } from "effect"
import { policyOf } from "../server/docs.ts"

export interface PageFile {
  readonly contentType: string
  readonly bytes: Uint8Array
}

export interface Page {
  /** The HTML of every view. */
  readonly index: PageFile
  /** Its Content Security Policy. */
  readonly policy: string
  /** Its other files by path. A path with a content hash never changes its content. */
  readonly files: ReadonlyMap<string, PageFile>
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2"
}

const typeOf = (path: string) => TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream"

/** Whether web/built.page holds a file in base64, because it is no text. */
export const isBinary = (path: string): boolean => /\.(png|woff2)$/.test(path)

/** GitHub's avatars, the only content from another host. */
const AVATARS = "https://avatars.githubusercontent.com"

/** Allows the page's script files and the inline script that sets the theme before the first paint. */
const policyFor = (html: string): string =>
  policyOf(html)
    .replace("script-src ", "script-src 'self' ")
    .replace("style-src 'unsafe-inline'", "style-src 'self'")
    .replace("img-src 'self' data:", `img-src 'self' data: ${AVATARS}`)
    .replace("font-src data:", "font-src 'self'; manifest-src 'self'")

const INDEX = "/index.html"

/** File contents by path. */
const Built = Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.String }))
const encoder = new TextEncoder()
const bytesOf = (path: string, text: string) => (isBinary(path) ? new Uint8Array(Buffer.from(text, "base64")) : encoder.encode(text))

/** Reads a page from the file that holds all its files. */
export const read = (file: string) =>
  Effect.gen(function* () {
    const texts = yield* Effect.flatMap(
      Effect.promise(() => Bun.file(file).text()),
      (text) => Effect.orDie(Schema.decode(Built)(text))
    )
    const files = new Map(
      Object.entries(texts).map(([path, text]): [string, PageFile] => [path, { contentType: typeOf(path), bytes: bytesOf(path, text) }])
    )
    const index = files.get(INDEX)
    if (index === undefined) return yield* Effect.dieMessage(`${file} has no ${INDEX}: run npm run web`)
    files.delete(INDEX)
    const page: Page = { index, policy: policyFor(texts[INDEX] ?? ""), files }
    return page
  })

/** The page embedded in this program. */
export const built = Effect.flatMap(
  Effect.promise(() => import("../../../../web/built.page", { with: { type: "file" } })),
  ({ default: file }) => read(file)
)
