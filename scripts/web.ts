/**
 * `npm run web`: the page for its developers, in front of a `gittensor serve` at GITTENSOR_API (http://127.0.0.1:8080). Each time the browser loads a
 * view, the page is bundled from its sources. The component book is at /book.
 */
import { BOOK, bundle } from "../web/bundle.ts"

const api = process.env.GITTENSOR_API ?? "http://127.0.0.1:8080"
const PORT = 5173

let { files } = await bundle()

/** As the API's server, without its content security policy and its tags in the head. */
const fetched = async (request: Request): Promise<Response> => {
  const { pathname, search } = new URL(request.url)
  const isView = request.headers.get("sec-fetch-dest") === "document"
  if (isView) {
    try {
      files = { ...files, ...(await bundle(pathname === "/book" ? BOOK : undefined)).files }
    } catch (error) {
      return new Response(Bun.inspect(error), { status: 500 })
    }
  }
  const path = isView ? "/index.html" : pathname
  const content = files[path]
  if (content !== undefined) return new Response(Buffer.from(content, "base64"), { headers: { "content-type": Bun.file(path).type } })
  return fetch(`${api}${pathname}${search}`, { headers: request.headers, signal: request.signal })
}

Bun.serve({ port: PORT, hostname: "127.0.0.1", idleTimeout: 0, fetch: fetched })
console.log(`http://127.0.0.1:${PORT}, in front of ${api}`)
