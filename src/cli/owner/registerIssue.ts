/** Registers an issue, after checking it on GitHub and against the contract. */
import { Effect, type Option } from "effect"
import { parseAlpha } from "../../domain/Amount.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import { repositoryTexts } from "../../layers/github/repositoryTexts.ts"
import { alpha } from "../../layers/machine/terminal/output.ts"
import { type Although, besidesOf, checkIssue, registeredIssue } from "../../roles/owner/registerIssue.ts"
import { BOUNTY_PATHS, bountySentences } from "../../rules/quality/policy/bounties.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"
import { rosterRefusals } from "../shared/rosterRefusals.ts"
import type { RosterSource } from "../shared/rosterSource.ts"

export interface RegisterIssueOptions extends CallOptions, Omit<Although, "refusals"> {
  readonly roster: Option.Option<RosterSource>
  readonly issue: string
  readonly bounty: string
}

export const run = (options: RegisterIssueOptions) =>
  Effect.gen(function* () {
    const reference = yield* IssueRef.parse(options.issue)
    const bounty = yield* parseAlpha(options.bounty)
    const check = Effect.gen(function* () {
      const refusals = yield* rosterRefusals(options.roster)
      const checked = yield* checkIssue(reference, bounty, { ...options, refusals })
      const texts = yield* Effect.scoped(Effect.flatMap(repositoryTexts, (read) => read(checked.ref.repository, BOUNTY_PATHS)))
      return { ...checked, sentences: bountySentences(texts) }
    })
    yield* contractCall("coldkey", options, () =>
      Effect.map(check, ({ consent, ref, sentences, signs, title, withoutConsent }) => {
        const { repository, number } = ref
        const asked = consent._tag === "Asked" ? consent.because : null
        return callOf({
          message: "registerIssue",
          args: { repository, number, bounty },
          ...besidesOf(withoutConsent),
          facts: ({ value, events }) => ({
            repository,
            number,
            title,
            bountyRao: bounty,
            issue: registeredIssue(events) ?? value,
            asked,
            withoutConsent,
            signs,
            sentences
          }),
          warnings: sentences.map(({ path, text }) => `${path} says: "${text}"`),
          does: ({ issue }) =>
            `register ${ref} "${title}" with a bounty of ${alpha(bounty)} as issue ${issue} (${asked ?? `no maintainer asked for it; the issue's page will say why: ${withoutConsent}`})`,
          did: ({ issue }) => [`issue ${issue}: ${ref} "${title}", bounty ${alpha(bounty)}`]
        })
      })
    )
  }).pipe(Effect.provide(GitHub.layer))
