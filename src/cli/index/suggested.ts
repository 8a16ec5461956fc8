/** Surveys issues that could get a bounty, for the index's page: by the owner's rules, without the owner. */
import { Effect, Layer } from "effect"
import type { Suggested, SuggestedIssue } from "../../dashboard/indexer/refresh/suggestions.ts"
import type { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import * as RosterSigner from "../../layers/chain/roster/RosterSigner.ts"
import type { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import * as OpenIssues from "../../layers/github/open/OpenIssues.ts"
import * as RepositoryIds from "../../layers/github/RepositoryIds.ts"
import { isTestedLanguage } from "../../quality/verify/ecosystems.ts"
import type { Suggestion } from "../../roles/owner/rules/suggestions.ts"
import { survey } from "../../roles/owner/suggest.ts"
import { type RosterSource, rosterAt } from "../shared/rosterSource.ts"

const shownAs = ({ candidate, points, reasons }: Suggestion): SuggestedIssue => ({
  repository: candidate.repository,
  number: candidate.number,
  title: candidate.title,
  openedAt: candidate.createdAt,
  points,
  reasons,
  askedBy: candidate.asked[0]?.login ?? null,
  doubt: candidate.consent._tag === "Unknown" ? candidate.consent.because : null
})

/** Surveys all open issues of the roster's repositories. */
export const makeLook = (source: RosterSource) =>
  Effect.map(Effect.context<Chain | Contract | Subnet>(), (services) =>
    Effect.gen(function* () {
      const roster = yield* rosterAt(source, yield* (yield* Chain).finalisedHead)
      const found = yield* survey(roster, isTestedLanguage)
      return {
        issues: found.suggestions.filter(({ against }) => against.length === 0).map(shownAs),
        unread: found.repositories.flatMap(({ name, trouble }) => (trouble === null ? [] : [name]))
      } satisfies Suggested
    }).pipe(
      Effect.provide(Layer.mergeAll(GitHub.layer, OpenIssues.layer, RepositoryIds.layer, RosterSigner.layer)),
      Effect.provide(services)
    )
  )
