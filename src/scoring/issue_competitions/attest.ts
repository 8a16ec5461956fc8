/** Whom a validator saw enrolled at a round, and who may take part: what it attests on the contract. */
import { Effect, Either } from "effect"
import { bitmapOfUids } from "../../contract-client/bitmap.ts"
import type { Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { IssueId } from "../../domain/Enrolment.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import { Enrolments, type Stand } from "../../layers/Enrolments.ts"
import { GitHub } from "../../layers/GitHub.ts"
import { GitHubAccounts } from "../../layers/GitHubAccounts.ts"
import type { RoundState } from "./roundState.ts"

/** One issue's bitmaps as 0x-hex, and why somebody who enrolled is not in them. */
export interface OwnAttestation {
  readonly issue: number
  readonly enrolled: string
  readonly skipped: string
  readonly leftOut: ReadonlyArray<LeftOut>
}

export interface LeftOut {
  readonly hotkey: AccountAddress
  readonly why: string
  /** GitHub did not say: the answer may be another one in a moment. */
  readonly uncertain: boolean
}

/** Associations with a repository that say: this account maintains it. */
const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

const NOBODY: Stand = { enrolled: [], skipped: [] }

/**
 * The bitmaps of every Open issue that somebody enrolled for or skipped. An enrolled miner counts when it is registered at S, its GitHub
 * account is linked (one account is never linked to two hotkeys), and that account neither opened the issue nor maintains its repository. Where GitHub does not say, the miner
 * is left out of this round by this validator; the others' majority decides.
 */
export const attestationsOfRound = Effect.fn("attestationsOfRound")(function* (state: RoundState) {
  const [enrolments, accounts, github] = yield* Effect.all([Enrolments, GitHubAccounts, GitHub])
  const stands = yield* enrolments.snapshot(state.start.number)
  const wanted = state.openIssues.filter(({ id }) => stands.has(IssueId.make(id)))
  if (wanted.length === 0) return []
  const { accounts: linked, unknown, refused } = yield* accounts.linkedAt(state.start)

  const attest = Effect.fn("attestIssue")(function* (issue: Issue) {
    const stand = stands.get(IssueId.make(issue.id)) ?? NOBODY
    const ref = yield* IssueRef.parse(`${issue.repository}#${issue.number}`)
    const found = yield* Effect.either(github.issueForRegistration(ref))
    const judge = (hotkey: AccountAddress): Effect.Effect<LeftOut | undefined> => {
      const no = (why: string, uncertain = false): Effect.Effect<LeftOut> => Effect.succeed({ hotkey, why, uncertain })
      const account = linked.get(hotkey)
      if (neuronOf(state.metagraph, hotkey) === undefined) return no("not registered at the round's start")
      if (unknown.has(hotkey)) return no("GitHub did not answer, so its link is not checked", true)
      if (account === undefined) return no(refused.get(hotkey) ?? "no GitHub account is linked")
      if (Either.isLeft(found)) return no(found.left.message, found.left._tag === "GitHubUnavailable")
      if (found.right.authorId === account) return no("its GitHub account opened the issue")
      return github.associationOf(account, found.right.ref.repository).pipe(
        Effect.flatMap((association) =>
          MAINTAINERS.has(association) ? no(`its GitHub account is ${association} of the repository`) : Effect.succeed(undefined)
        ),
        Effect.catchAll((error) => no(error.message, error._tag === "GitHubUnavailable"))
      )
    }
    const judged = yield* Effect.forEach(stand.enrolled, (hotkey) => judge(hotkey).pipe(Effect.map((reason) => ({ hotkey, reason }))), {
      concurrency: 4
    })
    const uidsOf = (hotkeys: ReadonlyArray<AccountAddress>) =>
      hotkeys.flatMap((hotkey) => {
        const uid = neuronOf(state.metagraph, hotkey)?.uid
        return uid === undefined || uid > 255 ? [] : [uid]
      })
    return {
      issue: issue.id,
      enrolled: bitmapOfUids(uidsOf(judged.filter(({ reason }) => reason === undefined).map(({ hotkey }) => hotkey))),
      skipped: bitmapOfUids(uidsOf(stand.skipped)),
      leftOut: judged.flatMap(({ reason }) => reason ?? [])
    } satisfies OwnAttestation
  })

  return yield* Effect.forEach(wanted, attest, { concurrency: 2 })
})
