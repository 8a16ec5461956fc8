/** The page at /docs contains all its scripts and styles. Its Content Security Policy allows exactly these, and nothing from other hosts. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { Exchange } from "./Exchange.ts"

const SCRIPT = /<script(?:\s[^>]*)?>([\s\S]*?)<\/script>/g

/** A Content Security Policy that allows exactly the inline scripts of this HTML. */
export const policyOf = (html: string): string => {
  const hashes = [...html.matchAll(SCRIPT)].map(
    ([, script = ""]) => `'sha256-${Buffer.from(Bun.SHA256.hash(script).buffer).toString("base64")}'`
  )
  return [
    "default-src 'none'",
    `script-src ${hashes.join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'"
  ].join("; ")
}

const known = new WeakMap<Uint8Array, string>()

const policyFor = (bytes: Uint8Array): string => {
  const policy = known.get(bytes) ?? policyOf(new TextDecoder().decode(bytes))
  known.set(bytes, policy)
  return policy
}

export const withPagePolicy = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const [{ route }, response] = yield* Effect.all([Exchange, app])
    return route?.name === "docs" && response.body._tag === "Uint8Array"
      ? HttpServerResponse.setHeader(response, "content-security-policy", policyFor(response.body.body))
      : response
  })
