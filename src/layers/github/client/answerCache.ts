/** Answers with their ETags, by which GitHub says for nothing that they are still right. */
import { Duration, Effect } from "effect"
import { elapsedMillis } from "../../effects/elapsed.ts"
import type { Answer } from "./answers.ts"

/** Answers that are kept in any case. */
const CACHED = 1_000

/**
 * By token and URL: an ETag is valid only for the token that received it. `unused`: how long those beyond the newest 1,000 are kept without being asked for.
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
