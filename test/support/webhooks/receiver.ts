/** A receiver of webhooks on this machine. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, Redacted } from "effect"
import { NEWS_KINDS } from "../../../src/dashboard/api/definition/sharing.ts"
import type { ConfiguredWebhook } from "../../../src/dashboard/webhooks/webhookFile.ts"
import { folder } from "../folder.ts"

export const SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes, 32").toString("base64")}`
export const OTHER_SECRET = `whsec_${Buffer.from("another secret of 32 bytes and so").toString("base64")}`

export interface Received {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly bytes: Uint8Array
}

export const webhook = (name: string, url: string, more: Partial<ConfiguredWebhook> = {}): ConfiguredWebhook => ({
  name,
  url: new URL(url),
  secrets: [Redacted.make(SECRET)],
  kinds: NEWS_KINDS,
  ...more
})

/** `answer` gets the number of requests so far to this path. */
export const receiver = (
  answer: (path: string, number: number) => Response | Promise<Response> = () => new Response(),
  tls?: { readonly key: string; readonly cert: string }
) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const received: Array<Received> = []
      const server = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        idleTimeout: 0,
        ...(tls === undefined ? {} : { tls }),
        fetch: async (request) => {
          const path = new URL(request.url).pathname
          const bytes = await request.bytes()
          received.push({ path, headers: Object.fromEntries(request.headers), body: new TextDecoder().decode(bytes), bytes })
          return answer(path, received.filter((one) => one.path === path).length)
        }
      })
      const port = server.port ?? 0
      return { received, port, url: `http://127.0.0.1:${port}`, to: (path: string) => received.filter((one) => one.path === path), server }
    }),
    ({ server }) => Effect.promise(() => server.stop(true))
  )

export const opensslIsMissing = Bun.which("openssl") === null

/** A key with a self-signed certificate for hook.example. */
export const certificate = Effect.map(folder, (path) => {
  const [key, cert] = [join(path, "key.pem"), join(path, "cert.pem")]
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
  execFileSync(
    "openssl",
    [...request, "-keyout", key, "-out", cert, "-subj", "/CN=hook.example", "-addext", "subjectAltName=DNS:hook.example"],
    {
      stdio: "pipe"
    }
  )
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") }
})
