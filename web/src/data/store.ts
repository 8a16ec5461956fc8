/** All answers by address. Components share them, and going back shows the earlier answer at once. */
import { addressOf, type ListQuestion, type Question } from "../api/endpoints.ts"
import type { Topic } from "../api/types.ts"
import { ListResource } from "./ListResource.ts"
import { Resource } from "./Resource.ts"
import type { Blocks } from "./Watched.ts"

/** The number of answers kept; beyond it, unwatched ones are dropped, oldest first. */
const CACHED_ANSWERS = 60

const answers = new Map<string, Resource<unknown>>()
const lists = new Map<string, ListResource<unknown>>()

const forget = (resources: Map<string, { readonly isWatched: boolean }>) => {
  for (const [key, resource] of resources) {
    if (resources.size <= CACHED_ANSWERS) return
    if (!resource.isWatched) resources.delete(key)
  }
}

/** Each address has one type of answer, so the stored resource has the requested type. */
export const resourceOf = <A>(question: Question<A>): Resource<A> => {
  const key = addressOf(question)
  const found = answers.get(key)
  if (found !== undefined) return found as Resource<A>
  const resource = new Resource<A>(question)
  answers.set(key, resource)
  forget(answers)
  return resource
}

export const listOf = <A>(question: ListQuestion<A>): ListResource<A> => {
  const key = addressOf(question)
  const found = lists.get(key)
  if (found !== undefined) return found as ListResource<A>
  const list = new ListResource<A>(question)
  lists.set(key, list)
  forget(lists)
  return list
}

const all = () => [...answers.values(), ...lists.values()]

/** Whether anything was ever read. */
export const hasAnswers = (): boolean => all().some(({ readAt }) => readAt !== undefined)

/** Marks everything that depends on these topics as possibly changed, and the rest as unchanged in these blocks. */
export const invalidateTopics = (topics: ReadonlyArray<Topic>, blocks?: Blocks): void => {
  for (const resource of all()) {
    if (resource.question.topics.some((topic) => topics.includes(topic))) resource.invalidate()
    else if (blocks !== undefined) resource.confirm(blocks)
  }
}

/** Marks everything as possibly changed. */
export const invalidateAll = (): void => {
  for (const resource of all()) resource.doubt()
}
