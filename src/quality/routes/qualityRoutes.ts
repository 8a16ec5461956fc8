/** Public axon routes for this validator's findings about competitors' heads. */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Cache, Duration, Effect, Exit, Option, Schema } from "effect"
import { Hash32 } from "../../domain/Account.ts"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import { IssueId } from "../../domain/Enrolment.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { qualityDocument, qualityIndex, signedQuality } from "../../domain/quality/QualityDocument.ts"
import { QUALITY_PATH, qualityPath } from "../../layers/chain/axon/PeerQuality.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { cachedOutcome, uninterruptedByOthers } from "../../layers/machine/effects/cachedOutcome.ts"
import type { QualityUnavailable } from "../store/QualityRecords.ts"
import { QualityView } from "../store/QualityView.ts"
import { artefactRoutes } from "./artefactRoutes.ts"

const Params = Schema.Struct({ issue: Schema.NumberFromString.pipe(Schema.compose(IssueId)) })

/** How long a response is cached. Reading and signing take milliseconds, and anybody may ask. */
const RESPONSE_CACHED_FOR = Duration.seconds(5)
/** Documents kept in memory: at most a megabyte each, usually a few kilobytes. */
const CACHED_DOCUMENTS = 32

const encode = Schema.encodeSync(signedQuality.Text)

const json = (text: string) => HttpServerResponse.text(text, { contentType: "application/json", headers: { "cache-control": "no-cache" } })
const problem = (status: number, message: string) => HttpServerResponse.unsafeJson({ message }, { status })

/**
 * `GET /v1/quality` lists issues. `GET /v1/quality/{issue}` returns an issue's records and duels as a signed document. Further routes serve the artefacts
 * that these name.
 */
export const qualityRoutes = Effect.fn("qualityRoutes")(function* (hotkey: KeyPair) {
  const [{ current }, chain, contract, subnet] = yield* Effect.all([QualityView, Chain, Contract, Subnet])
  const about = { genesis: Hash32.make(chain.genesisHash), contract: contract.address, netuid: subnet.netuid, validator: hotkey.address }

  const documents = yield* Cache.makeWith({
    capacity: CACHED_DOCUMENTS,
    lookup: (issue: IssueId) =>
      Effect.gen(function* () {
        const { duels, records } = yield* current
        const body = qualityDocument({ ...about, issue }, yield* records.of(issue), yield* duels.of(issue))
        return body === undefined ? undefined : encode(signedQuality.sign(body, hotkey))
      }),
    timeToLive: Exit.match({ onFailure: () => Duration.zero, onSuccess: () => RESPONSE_CACHED_FOR })
  })
  const index = yield* cachedOutcome(
    Effect.gen(function* () {
      const { duels, records } = yield* current
      return canonicalJson(qualityIndex(yield* records.all, yield* duels.changes))
    }),
    RESPONSE_CACHED_FOR
  )
  const unavailable = ({ message }: QualityUnavailable) =>
    Effect.as(Effect.logWarning(message), problem(503, "findings cannot be read at the moment"))

  const document = Effect.gen(function* () {
    const params = Schema.decodeUnknownOption(Params)(yield* HttpRouter.params)
    if (Option.isNone(params)) return problem(400, "ask for /v1/quality/ISSUE, by the issue's number in the contract")
    const { issue } = params.value
    const text = yield* uninterruptedByOthers(documents.get(issue))
    return text === undefined ? problem(404, `there are no findings about pull requests for issue ${issue}`) : json(text)
  })

  return HttpRouter.empty.pipe(
    HttpRouter.get(QUALITY_PATH, Effect.catchAll(Effect.map(index, json), unavailable)),
    HttpRouter.get(qualityPath(":issue"), Effect.catchTag(document, "QualityUnavailable", unavailable)),
    HttpRouter.concat(yield* artefactRoutes)
  )
})
