/** Registers an issue, after checking it on GitHub and against the contract. */
import { Effect } from "effect"
import { parseAlpha } from "../../domain/Amount.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import { alpha } from "../../layers/terminal/output.ts"
import { checkIssue, registeredIssue } from "../../roles/owner/registerIssue.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"

export interface RegisterIssueOptions extends CallOptions {
  readonly issue: string
  readonly bounty: string
}

export const run = (options: RegisterIssueOptions) =>
  Effect.gen(function* () {
    const reference = yield* IssueRef.parse(options.issue)
    const bounty = yield* parseAlpha(options.bounty)
    yield* contractCall("coldkey", options, () =>
      Effect.map(checkIssue(reference, bounty), ({ ref, title }) => {
        const { repository, number } = ref
        return callOf({
          message: "registerIssue",
          args: { repository, number, bounty },
          facts: ({ value, events }) => ({ repository, number, title, bountyRao: bounty, issue: registeredIssue(events) ?? value }),
          does: ({ issue }) => `register ${ref} "${title}" with a bounty of ${alpha(bounty)} as issue ${issue}`,
          did: ({ issue }) => [`issue ${issue}: ${ref} "${title}", bounty ${alpha(bounty)}`]
        })
      })
    )
  }).pipe(Effect.provide(GitHub.layer))
