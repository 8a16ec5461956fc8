/**
 * Caches GitHub's answers with their ETags. A conditional request costs nothing of the rate limit
 * (docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
 */
import { Duration, Effect } from "effect"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import type { Answer } from "./answers.ts"

/** The newest answers, which are kept in any case. */
const CACHED = 1_000

/**
 * Keys answers by token and URL, because an ETag is valid only for the token that received it. `unused`: how long an answer beyond the newest 1,000
 * is kept after its last use.
 */
export const makeAnswerCache = (unused: Duration.Duration) =>
  Effect.sync(() => {
    const known = new Map<string, { readonly etag: string; readonly answer: Answer; readonly usedAt: number }>()
    const keep = (key: string, etag: string, answer: Answer) =>
      Effect.map(elapsedMillis, (now) => {
        known.delete(key)
        known.set(key, { etag, answer, usedAt: now })
        for (const [oldest, { usedAt }] of known) {
          if (known.size <= CACHED || now - usedAt < Duration.toMillis(unused)) break
          known.delete(oldest)
        }
      })
    return { known, keep }
  })
