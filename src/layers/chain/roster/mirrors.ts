/**
 * Fetches a mirror's copy of the roster. The operator names mirrors, but they are not trusted: answers are limited in size and time, and are plain
 * text until their hash is checked.
 */
import { Duration, Effect, Schema } from "effect"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { type AnswerFailed, answerTo } from "../../machine/http/boundedAnswer.ts"
import { shownMirror } from "./mirrorAddress.ts"

const rosters = strangersBytes({
  what: "a mirror's copy of the roster, which is parsed once its hash is the committed one",
  writtenBy: "the mirror's operator",
  readIn: "this process",
  // A roster of a thousand repositories has less than a tenth of these bytes, and two megabits a second bring them in that time.
  limits: { bytes: 4 * 1_048_576, time: Duration.seconds(20), redirects: 3 },
  test: "test/http/strangers/servers.test.ts"
})

/** Why a mirror gave no roster. */
const FAILURES = ["unreachable", "too-slow", "refused", "too-large", "not-text"] as const
export type MirrorFailure = (typeof FAILURES)[number]

class MirrorFailed extends Schema.TaggedError<MirrorFailed>()("MirrorFailed", {
  failure: Schema.Literal(...FAILURES),
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

const failed = (failure: MirrorFailure, detail: string) => new MirrorFailed({ failure, detail })

const FAILURE_REASONS: Readonly<Record<AnswerFailed["failure"], MirrorFailure>> = {
  unreachable: "unreachable",
  broken: "unreachable",
  slow: "too-slow",
  "refused redirect": "refused",
  "too long": "too-large",
  compressed: "not-text",
  "too deep": "not-text"
}

/** Fetches a mirror's text within the limits, unverified. */
export const fetchFromMirror = Effect.fn("fetchFromMirror")(
  function* (url: string) {
    const { status, bytes } = yield* answerTo({ url }, rosters.limits).pipe(
      Effect.mapError(({ failure, message }) => failed(FAILURE_REASONS[failure], message))
    )
    if (status !== 200) return yield* failed("refused", `it answers with status ${status}`)
    return yield* Effect.try({
      try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
      catch: () => failed("not-text", "it sent something that is not a text")
    })
  },
  (fetched, url) => Effect.annotateSpans(fetched, { mirror: shownMirror(url) })
)
