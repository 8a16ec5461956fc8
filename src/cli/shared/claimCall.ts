/** The `claim` call, for a payout after the subnet's end. */
import type { Claim } from "../../contract-client/generated.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { callOf } from "./contractCall.ts"

/** `what`: a phrase that follows "pay out". */
export const claimCall = (claim: Claim, what: string) =>
  callOf({
    message: "claim",
    args: { claim },
    facts: ({ events }) => {
      const paid = events.find((event) => event._tag === "ClaimPaid")
      return paid === undefined ? {} : { to: paid.to, taoRao: paid.amount }
    },
    does: () => `pay out ${what}, in TAO`,
    did: ({ to = "it", taoRao = 0n }) => [`${to} got ${formatAlpha(taoRao)} TAO: ${what}`, "if more TAO comes, it can be claimed again"]
  })
