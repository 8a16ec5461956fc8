/** Steps: pure functions from one state to the next. A step that GitHub would not allow fails with `Refused` and its reason. */
import { Either, HashMap, Option, Schema } from "effect"
import * as State from "./State.ts"

/** The stand-in refused a step, with the reason. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { reason: Schema.String }) {
  override get message() {
    return `the GitHub stand-in refused: ${this.reason}`
  }
}

export type Step<A> = Either.Either<readonly [State.State, A], Refused>

export const refuse = (reason: string) => Either.left(new Refused({ reason }))

export const orRefuse = <A>(option: Option.Option<A>, reason: string): Either.Either<A, Refused> =>
  Either.fromOption(option, () => new Refused({ reason }))

export const setRepository = (state: State.State, repository: State.Repository): State.State => ({
  ...state,
  repositories: HashMap.set(state.repositories, repository.id, repository)
})

export const setItem = (repository: State.Repository, item: State.Issue | State.PullRequest): State.Repository => ({
  ...repository,
  items: HashMap.set(repository.items, item.number, item),
  lastNumber: Math.max(repository.lastNumber, item.number)
})

export const findRepository = (state: State.State, name: string) =>
  orRefuse(State.repositoryByName(state, name), `there is no repository ${name}`)

export const findAccount = (state: State.State, login: string) =>
  orRefuse(State.accountByLogin(state, login), `there is no account ${login}`)

export const findIssue = (repository: State.Repository, name: string, number: number) =>
  orRefuse(
    Option.filter(State.issueOf(repository, number), (issue) => issue.gone === null),
    `there is no issue ${name}#${number}`
  )

export const findPullRequest = (repository: State.Repository, name: string, number: number) =>
  orRefuse(State.pullRequestOf(repository, number), `there is no pull request ${name}#${number}`)
