/** The check itself, beside the document, so that the page stays responsive. */
import { readClaims, readNetwork } from "../../src/verification/claims.ts"
import type { Progress, Verification } from "../../src/verification/results.ts"
import { verify } from "../../src/verification/verify.ts"
import type { Place } from "./network.ts"

export interface Asked {
  readonly claims: string
  readonly place: Place
}

export type Answer =
  | { readonly _tag: "progress"; readonly progress: Progress }
  | { readonly _tag: "verified"; readonly verification: Verification }
  | { readonly _tag: "failed"; readonly why: string }

const answer = (message: Answer) => postMessage(message)

const checked = async ({ claims, place }: Asked): Promise<Answer> => {
  const [claimed, network] = [readClaims(claims), readNetwork(place)]
  if (claimed._tag === "Left") return { _tag: "failed", why: claimed.left }
  if (network._tag === "Left") return { _tag: "failed", why: network.left }
  const verification = await verify(claimed.right, network.right, { onProgress: (progress) => answer({ _tag: "progress", progress }) })
  return { _tag: "verified", verification }
}

/** Checks what it is sent, and says how far it is. */
export const answerRequests = (): void =>
  addEventListener("message", ({ data }: MessageEvent<Asked>) => {
    checked(data).then(answer, (error) => answer({ _tag: "failed", why: error instanceof Error ? error.message : String(error) }))
  })
